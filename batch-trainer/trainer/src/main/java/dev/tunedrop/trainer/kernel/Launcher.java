package dev.tunedrop.trainer.kernel;

/// Runs kernels where the arrays lie.
public interface Launcher {

    /// Whether a kernel is to run here on operands of this size.
    ///
    /// @param elements of the first operand
    default boolean runs(Kernel kernel, long elements) {
        return true;
    }

    /// Queues one launch.
    ///
    /// @param entry point in the PTX
    /// @param blocks how many, at least 1
    /// @param threads of each block: a power of two, at most 1,024
    /// @param arguments in the order of the kernel's own: an NDArray (its address), Integer, Long or Float
    void launch(String entry, int blocks, int threads, Object... arguments);
}
