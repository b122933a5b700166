package dev.tunedrop.local.batch;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/// The first class of a child JVM: runs the work's own main, and ends it in order when the parent is gone, so that a
/// killed cloud leaves nothing behind that runs for ever.
public final class ChildMain {

    private static final int GONE = 143;

    private ChildMain() {}

    /// @param args the work's main class, then its arguments
    public static void main(String[] args) throws Throwable {
        long parent = Long.getLong("tunedrop.parent", -1);
        if (parent > 0)
            ProcessHandle.of(parent)
                    .ifPresentOrElse(
                            process ->
                                    process.onExit().thenRun(ChildMain::endSelf).isDone(),
                            ChildMain::endSelf);
        try {
            Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object)
                    Arrays.copyOfRange(args, 1, args.length));
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    /// As the parent would have done it: SIGTERM, so that the work can save what it has. Where nothing sends signals,
    /// the JVM's own exit runs the same shutdown hooks.
    private static void endSelf() {
        try {
            new ProcessBuilder(
                            "kill",
                            "-TERM",
                            Long.toString(ProcessHandle.current().pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            System.exit(GONE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            System.exit(GONE);
        }
    }
}
