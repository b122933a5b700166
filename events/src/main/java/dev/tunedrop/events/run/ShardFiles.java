package dev.tunedrop.events.run;

/// Where tokens lie that any run may use again: in the artefact bucket, by what they were made from.
///
/// `complete.json` is written last; without it the others count for nothing. Two writers of one key write the same
/// bytes, so neither can hurt the other. Nothing points here once a run's dataset is assembled, so a bucket may expire
/// `shards/` by age (thirty days are a good start): what is gone is made again.
///
/// @param key a SHA-256 over everything the tokens depend on
public record ShardFiles(String key) {

    /// What a bucket's expiry rule names.
    public static final String ALL = "shards/";

    private String prefix() {
        return ALL + key + "/";
    }

    public String tokens() {
        return prefix() + "tokens.safetensors";
    }

    public String rows() {
        return prefix() + "rows.jsonl";
    }

    public String complete() {
        return prefix() + "complete.json";
    }
}
