package dev.tunedrop.local.lambda;

/// One instance of a function: serves one invocation at a time.
public interface Sandbox extends AutoCloseable {

    /// Makes instances.
    @FunctionalInterface
    interface Maker {
        Sandbox open(FunctionSpec function) throws FunctionError, InterruptedException;
    }

    /// @throws FunctionError when the function threw or ended; it can be called again unless [#usable] says otherwise
    /// @throws InterruptedException when nobody waits for the answer any more; the instance is of no more use
    byte[] invoke(byte[] payload) throws FunctionError, InterruptedException;

    /// Whether another invocation may be sent here.
    boolean usable();

    @Override
    void close();
}
