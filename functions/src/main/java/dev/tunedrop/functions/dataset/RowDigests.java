package dev.tunedrop.functions.dataset;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;

import dev.tunedrop.events.artefact.Sha256;

/// The two sums by which rows are known again: SHA-256 of what [RowJson] writes of the row, and of its question as a
/// chat. Belongs to one thread.
public final class RowDigests {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final MessageDigest digest = Sha256.digest();
    private final RowBytes row = new RowBytes();
    private byte[] content = new byte[0];
    private byte[] question = new byte[0];

    /// Looks at a row; afterwards the answers are about it.
    public void over(Row next) {
        int messages = next instanceof Row.Chat chat ? chat.question().size() : 0;
        int end = row.write(next, messages);
        if (next instanceof Row.Chat) {
            digest.update(row.bytes(), 0, end);
            question = closed();
            digest.update(row.bytes(), end, row.size() - end);
            content = digest.digest();
        } else {
            content = sum(row.size());
            row.write(new Row.Chat(next.question()), 0);
            question = sum(row.size());
        }
        row.release();
    }

    /// The sum of what went before as a chat by itself; the digest goes on as if it had not been asked.
    private byte[] closed() {
        try {
            return ((MessageDigest) digest.clone()).digest(RowBytes.END_OF_CHAT);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the platform's SHA-256 cannot be copied", e);
        }
    }

    private byte[] sum(int size) {
        digest.update(row.bytes(), 0, size);
        return digest.digest();
    }

    public String content() {
        return Sha256.hex(content);
    }

    public String question() {
        return Sha256.hex(question);
    }

    /// The first eight bytes of [#content()].
    public long contentHigh() {
        return (long) LONGS.get(content, 0);
    }

    /// The first eight bytes of [#question()].
    public long questionHigh() {
        return (long) LONGS.get(question, 0);
    }

    /// The eight bytes after them.
    public long questionLow() {
        return (long) LONGS.get(question, Long.BYTES);
    }
}
