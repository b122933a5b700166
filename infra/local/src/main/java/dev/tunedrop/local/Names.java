package dev.tunedrop.local;

/// What things are called in the local cloud.
public final class Names {

    public static final String DROPS = "tunedrop-drops";
    public static final String ARTEFACTS = "tunedrop-artefacts";
    public static final String BASES = "tunedrop-bases";
    public static final String BUS = "tunedrop";
    public static final String JOB_QUEUE = "tunedrop";
    public static final String ON_DEMAND_QUEUE = "tunedrop-on-demand";
    public static final String JOB_DEFINITION = "tunedrop-trainer";
    public static final String REGION = "us-east-1";
    public static final String ACCOUNT = "000000000000";
    public static final String STATE_MACHINE = "arn:aws:states:" + REGION + ":" + ACCOUNT + ":stateMachine:tunedrop";
    public static final String SECRETS = "arn:aws:secretsmanager:" + REGION + ":" + ACCOUNT + ":secret:";
    public static final String ROLE = "arn:aws:iam::" + ACCOUNT + ":role/tunedrop-local";

    private Names() {}

    /// `Ledger` becomes `tunedrop-ledger`.
    static String table(String key) {
        return "tunedrop-" + key.toLowerCase(java.util.Locale.ROOT);
    }
}
