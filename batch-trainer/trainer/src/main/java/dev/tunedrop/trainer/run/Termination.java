package dev.tunedrop.trainer.run;

import java.util.concurrent.CountDownLatch;

/// Lets SIGTERM and Ctrl-C end a run in good order: the step under way is finished, a checkpoint saved, and the process
/// ends with the run's own exit code instead of the signal's.
///
/// The virtual machine answers a signal by running its shutdown hooks. This one asks the run to stop, waits until it
/// has, and halts. Whoever sends the signal decides how long that may take.
public final class Termination implements AutoCloseable {

    /// The run was interrupted and wants another attempt (`EX_TEMPFAIL` of sysexits.h).
    public static final int TRY_AGAIN = 75;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;
    private volatile int exitCode = 1;

    public Termination(StopSignals stop) {
        hook = new Thread(
                () -> {
                    stop.request();
                    try {
                        ended.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    Runtime.getRuntime().halt(exitCode);
                },
                "termination");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// Says how the process is to end, if a signal ends it.
    public int exitWith(int code) {
        exitCode = code;
        return code;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // a signal came: the hook waits for the line below
        }
        ended.countDown();
    }
}
