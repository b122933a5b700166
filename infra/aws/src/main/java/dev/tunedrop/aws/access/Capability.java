package dev.tunedrop.aws.access;

/// What a function may be allowed to do, as `access.json` names it. [Statements] spells each as IAM statements.
public enum Capability {
    /// Any version of a drop and the settings beside it.
    READ_DROPS,
    READ_BASES,
    /// The documents of runs.
    READ_RUNS,
    WRITE_RUNS,
    /// The ledger's rows of runs, newest drops and aliases.
    LEDGER_RUNS,
    /// The ledger's rows of days and reservations.
    LEDGER_BUDGET,
    START_RUNS,
    PUBLISH_EVENTS,
    /// Endpoints, their components, and asking them.
    HOST_ADAPTERS,
    /// The keys of training services outside the account. Who lacks this is denied them explicitly.
    PROVIDER_SECRETS
}
