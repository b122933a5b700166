package dev.tunedrop.endpoint.generate;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/// A tokenizer whose tokens are the bytes of UTF-8, and 256 ends an answer. The prompt is the last message.
public final class ByteWords implements Words {

    static final int END = 256;

    static final int VOCABULARY = 257;

    @Override
    public int[] promptIds(List<Message> messages) {
        byte[] bytes = messages.getLast().content().getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0)
            throw new UnusableRequest(UnusableRequest.Reason.CHAT_TEMPLATE, "the last message is empty");
        int[] ids = new int[bytes.length];
        for (int i = 0; i < ids.length; i++) ids[i] = Byte.toUnsignedInt(bytes[i]);
        return ids;
    }

    @Override
    public Set<Integer> endTokens() {
        return Set.of(END);
    }

    @Override
    public Stream stream() {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteArrayOutputStream pending = new ByteArrayOutputStream();
        return new Stream() {
            @Override
            public String accept(int token) {
                pending.write(token);
                ByteBuffer in = ByteBuffer.wrap(pending.toByteArray());
                CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
                decoder.reset().decode(in, out, false);
                pending.reset();
                while (in.hasRemaining()) pending.write(in.get());
                return out.flip().toString();
            }

            @Override
            public String finish() {
                return "";
            }
        };
    }
}
