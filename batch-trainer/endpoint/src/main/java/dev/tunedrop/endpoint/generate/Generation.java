package dev.tunedrop.endpoint.generate;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/// One answer in the making. The model's thread adds pieces, the client's thread takes them. Closing it before its end
/// stops it at its next turn.
public final class Generation implements FairTurns.Job, AutoCloseable {

    /// A prompt is read in parts of so many tokens, so that others get their turns between.
    private static final int PROMPT_PART = 512;

    private final LanguageModel model;
    private final AdapterTable.@Nullable Lease lease;
    private final FairTurns turns;
    private final int[] prompt;
    private final int limit;
    private final Sampler sampler;
    private final StopFilter stops;
    private final Words words;
    private final Words.Stream text;
    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();

    private LanguageModel.@Nullable Decoding decoding;
    private float[] logits = {};
    private int read;
    private int drawn;
    private boolean ended;
    private volatile boolean unwanted;

    Generation(
            LanguageModel model,
            Words words,
            AdapterTable.@Nullable Lease lease,
            FairTurns turns,
            int[] prompt,
            Sampling sampling) {
        this.model = model;
        this.words = words;
        this.lease = lease;
        this.turns = turns;
        this.prompt = prompt;
        int room = model.contextTokens() - prompt.length;
        limit = sampling.maxTokens() == null ? room : Math.min(room, sampling.maxTokens());
        sampler = new Sampler(sampling);
        stops = new StopFilter(sampling.stops());
        text = words.stream();
    }

    /// The next piece, or null where none came in time.
    public @Nullable Piece poll(Duration patience) throws InterruptedException {
        return pieces.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public boolean turn() {
        if (unwanted) {
            release();
            return false;
        }
        if (read < prompt.length) {
            readPrompt();
            return true;
        }
        int token = sampler.next(logits);
        drawn++;
        if (words.endTokens().contains(token)) return end(Piece.Finish.STOP);
        hand(stops.accept(text.accept(token)));
        if (stops.stopped()) return end(Piece.Finish.STOP);
        if (drawn == limit) return end(Piece.Finish.LENGTH);
        logits = decoding().extend(new int[] {token});
        return true;
    }

    private void readPrompt() {
        int end = Math.min(prompt.length, read + PROMPT_PART);
        logits = decoding().extend(Arrays.copyOfRange(prompt, read, end));
        read = end;
    }

    private LanguageModel.Decoding decoding() {
        LanguageModel.Decoding open = decoding;
        if (open == null) {
            open = model.open(lease == null ? null : lease.adapter(), prompt.length + limit);
            decoding = open;
        }
        return open;
    }

    private boolean end(Piece.Finish finish) {
        release();
        if (!stops.stopped()) hand(stops.accept(text.finish()));
        Piece.Finish reached = stops.stopped() ? Piece.Finish.STOP : finish;
        hand(stops.finish());
        pieces.add(new Piece.End(reached, new Piece.Usage(prompt.length, drawn)));
        return false;
    }

    private void hand(String part) {
        if (!part.isEmpty()) pieces.add(new Piece.Text(part));
    }

    @Override
    public void failed(Throwable cause) {
        release();
        pieces.add(new Piece.Failed(cause));
    }

    /// Gives back the context and the adapter. On the model's thread, or when that thread has nothing to do with it.
    private void release() {
        synchronized (pieces) {
            if (ended) return;
            ended = true;
        }
        try {
            if (decoding != null) decoding.close();
        } finally {
            if (lease != null) lease.close();
        }
    }

    /// The client wants no more of it.
    @Override
    public void close() {
        unwanted = true;
        if (turns.forget(this)) release();
    }
}
