package dev.tunedrop.functions.dataset;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Eight bytes of a text at once, the first the lowest.
public final class Octets {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Octets() {}

    /// The eight bytes from one place on; zeros where the text is over.
    public static long at(byte[] text, int at) {
        return at + Long.BYTES <= text.length ? (long) LONGS.get(text, at) : last(text, at);
    }

    /// The same where there surely are eight.
    static long inside(byte[] text, int at) {
        return (long) LONGS.get(text, at);
    }

    private static long last(byte[] text, int at) {
        if (at >= text.length) return 0;
        if (text.length >= Long.BYTES)
            return (long) LONGS.get(text, text.length - Long.BYTES) >>> ((at + Long.BYTES - text.length) << 3);
        long some = 0;
        for (int i = text.length - 1; i >= at; i--) some = (some << 8) | (text[i] & 0xff);
        return some;
    }
}
