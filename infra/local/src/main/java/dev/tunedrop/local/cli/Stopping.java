package dev.tunedrop.local.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/// A cloud of this process that is stopped in order exactly once: at the end of the command, or when Ctrl-C or SIGTERM
/// ends the process.
final class Stopping implements AutoCloseable {

    private final RunningCloud cloud;
    private final Screen screen;
    private final Thread hook = new Thread(this::interrupted, "stop-cloud");
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final CountDownLatch forever = new CountDownLatch(1);

    private Stopping(RunningCloud cloud, Screen screen) {
        this.cloud = cloud;
        this.screen = screen;
    }

    static Stopping onCtrlC(RunningCloud cloud, Screen screen) {
        Stopping stopping = new Stopping(cloud, screen);
        Runtime.getRuntime().addShutdownHook(stopping.hook);
        return stopping;
    }

    RunningCloud cloud() {
        return cloud;
    }

    /// Waits until the process is told to end.
    void await() throws InterruptedException {
        forever.await();
    }

    private void interrupted() {
        screen.line("Stopping the local cloud ...");
        stop();
        screen.line("Stopped. What was in hand goes on with: ./tunedrop up");
    }

    private void stop() {
        if (stopped.compareAndSet(false, true)) cloud.close();
    }

    @Override
    public void close() {
        if (!stopped.get()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException ending) {
                return; // the hook runs and stops it
            }
        }
        stop();
    }
}
