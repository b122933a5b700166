package dev.tunedrop.local.sagemaker;

/// A request that SageMaker refuses: its `ValidationException`.
public final class SageMakerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SageMakerException(String message) {
        super(message);
    }
}
