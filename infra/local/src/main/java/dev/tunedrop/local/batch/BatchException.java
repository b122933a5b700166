package dev.tunedrop.local.batch;

/// A request that Batch refuses: its `ClientException`.
public final class BatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BatchException(String message) {
        super(message);
    }
}
