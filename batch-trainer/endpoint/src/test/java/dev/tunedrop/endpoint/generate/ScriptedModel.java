package dev.tunedrop.endpoint.generate;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/// A model over [ByteWords] that answers by rote: `echo: ` and the prompt, in an adapter's name where there is one. A
/// prompt that begins with `forever` is answered with dots until the context is full; one that begins with `nan` yields
/// logits that are none.
public final class ScriptedModel implements LanguageModel {

    /// Each step takes one permit; plenty unless a test takes them away.
    public final Semaphore steps = new Semaphore(1_000_000);

    public final AtomicInteger openContexts = new AtomicInteger();
    public final AtomicInteger openAdapters = new AtomicInteger();

    /// The prompt of each step, in order.
    public final List<String> turns = Collections.synchronizedList(new ArrayList<>());

    private final int context;
    public volatile boolean closed;

    public ScriptedModel(int context) {
        this.context = context;
    }

    @Override
    public int contextTokens() {
        return context;
    }

    @Override
    public Adapter loadAdapter(Path directory) {
        String name = Objects.requireNonNull(directory.getFileName()).toString();
        if (name.startsWith("broken")) throw new UnusableAdapter("the adapter was made for another base");
        openAdapters.incrementAndGet();
        return new Named(name);
    }

    private final class Named implements Adapter {
        final String name;
        private boolean freed;

        Named(String name) {
            this.name = name;
        }

        @Override
        public int rank() {
            return 4;
        }

        @Override
        public double alpha() {
            return 8;
        }

        @Override
        public List<String> targets() {
            return List.of("q_proj");
        }

        @Override
        public void close() {
            if (freed) throw new IllegalStateException("freed twice");
            freed = true;
            openAdapters.decrementAndGet();
        }
    }

    @Override
    public Decoding open(@Nullable Adapter adapter, int capacity) {
        openContexts.incrementAndGet();
        return new Script(adapter instanceof Named named ? named : null, capacity);
    }

    private final class Script implements Decoding {
        private final @Nullable Named adapter;
        private final int capacity;
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();
        private byte @Nullable [] answer;
        private boolean began;
        private int said;

        Script(@Nullable Named adapter, int capacity) {
            this.adapter = adapter;
            this.capacity = capacity;
        }

        @Override
        public float[] extend(int[] tokens) {
            steps.acquireUninterruptibly();
            if (adapter != null && adapter.freed) throw new IllegalStateException("the adapter was freed in use");
            boolean prompt = !began || tokens.length > 1;
            began = true;
            if (!prompt) said++;
            for (int token : tokens) {
                if (prompt) read.write(token);
            }
            if (read.size() + said > capacity) throw new IllegalStateException("more tokens than the capacity");
            String heard = read.toString(StandardCharsets.UTF_8);
            turns.add(heard);
            byte[] text = answer;
            if (text == null || prompt) {
                text = ((adapter == null ? "echo" : adapter.name) + ": " + heard).getBytes(StandardCharsets.UTF_8);
                answer = text;
            }
            int next = heard.startsWith("forever")
                    ? '.'
                    : said < text.length ? Byte.toUnsignedInt(text[said]) : ByteWords.END;
            float[] logits = new float[ByteWords.VOCABULARY];
            logits[next] = heard.startsWith("nan") ? Float.NaN : 50;
            return logits;
        }

        @Override
        public void close() {
            openContexts.decrementAndGet();
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
