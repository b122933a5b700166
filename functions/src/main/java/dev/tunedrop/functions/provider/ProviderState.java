package dev.tunedrop.functions.provider;

/// Where a job stands, in the words of no service.
public enum ProviderState {
    VALIDATING,
    QUEUED,
    RUNNING,
    /// Nothing goes on until it is resumed.
    PAUSED,
    CANCELLING,
    SUCCEEDED,
    FAILED,
    CANCELLED,
    /// A word of the service that this version does not know.
    UNKNOWN;

    public boolean ended() {
        return this == SUCCEEDED || this == FAILED || this == CANCELLED;
    }
}
