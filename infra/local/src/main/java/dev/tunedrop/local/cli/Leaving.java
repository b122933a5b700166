package dev.tunedrop.local.cli;

/// Says what becomes of a run whose follower is ended by Ctrl-C: it is the cloud's, and goes on.
final class Leaving implements AutoCloseable {

    private final Screen screen;
    private final String runId;
    private final Thread hook = new Thread(this::told, "leaving");

    private Leaving(Screen screen, String runId) {
        this.screen = screen;
        this.runId = runId;
    }

    static Leaving onCtrlC(Screen screen, String runId) {
        Leaving leaving = new Leaving(screen, runId);
        Runtime.getRuntime().addShutdownHook(leaving.hook);
        return leaving;
    }

    void told() {
        screen.blank();
        screen.line("The run goes on in the cloud. Look at it with: tunedrop show " + runId);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            return; // the hook runs and says it
        }
    }
}
