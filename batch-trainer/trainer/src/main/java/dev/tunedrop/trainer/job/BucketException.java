package dev.tunedrop.trainer.job;

import java.io.IOException;

/// A bucket that cannot be read or written; every other [IOException] of a job is about this machine's disk.
public final class BucketException extends IOException {
    private static final long serialVersionUID = 1L;

    public BucketException(String message, Throwable cause) {
        super(message, cause);
    }
}
