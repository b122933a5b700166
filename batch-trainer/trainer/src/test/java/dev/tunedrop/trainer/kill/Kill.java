package dev.tunedrop.trainer.kill;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.atomic.AtomicInteger;

/// Called where the process is to be killed; the armed occurrence sends the signal to the process itself, or fails.
public final class Kill {

    private static final AtomicInteger LEFT = new AtomicInteger();
    private static volatile Fault fault = Fault.SIGKILL;
    private static volatile String within = "";

    private Kill() {}

    enum Fault {
        SIGKILL(9),
        SIGTERM(15),
        /// Until SIGCONT.
        SIGSTOP(19),
        /// No signal: an error as a full disk gives it.
        NO_SPACE(0);

        final int number;

        Fault(int number) {
            this.number = number;
        }
    }

    static void arm(Fault how, int occurrence, String frame) {
        fault = how;
        within = frame;
        LEFT.set(occurrence);
    }

    public static void reached() throws IOException {
        if (counts() && LEFT.decrementAndGet() == 0) send();
    }

    /// Lets the armed occurrence find half of `bytes` in the channel; what is left is written afterwards.
    public static void halfWrite(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        if (!counts() || LEFT.decrementAndGet() != 0) return;
        int end = bytes.limit();
        bytes.limit(bytes.position() + bytes.remaining() / 2);
        while (bytes.hasRemaining()) channel.write(bytes);
        bytes.limit(end);
        send();
    }

    private static boolean counts() {
        return LEFT.get() > 0
                && (within.isEmpty()
                        || StackWalker.getInstance()
                                .walk(frames -> frames.anyMatch(frame ->
                                        (frame.getClassName() + "." + frame.getMethodName()).endsWith("." + within))));
    }

    /// Returns from SIGTERM when the virtual machine has begun to shut down, from SIGSTOP when it was woken, from
    /// SIGKILL never. SIGSTOP goes to this very thread: sent to the process, another thread may take it, and this
    /// one goes on until that one has a core.
    private static void send() throws IOException {
        System.out.println("kill point reached");
        System.out.flush();
        if (fault == Fault.NO_SPACE) throw new IOException("No space left on device");
        try {
            Linker linker = Linker.nativeLinker();
            if (fault == Fault.SIGSTOP)
                linker.downcallHandle(
                                linker.defaultLookup().findOrThrow("raise"),
                                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
                        .invoke(fault.number);
            else
                linker.downcallHandle(
                                linker.defaultLookup().findOrThrow("kill"),
                                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
                        .invoke(Math.toIntExact(ProcessHandle.current().pid()), fault.number);
            if (fault != Fault.SIGSTOP) while (!shuttingDown()) Thread.sleep(1);
        } catch (Throwable e) {
            throw new IllegalStateException("cannot kill this process", e);
        }
    }

    private static boolean shuttingDown() {
        Thread nothing = new Thread(() -> {});
        try {
            Runtime.getRuntime().addShutdownHook(nothing);
            Runtime.getRuntime().removeShutdownHook(nothing);
            return false;
        } catch (IllegalStateException begun) {
            return true;
        }
    }
}
