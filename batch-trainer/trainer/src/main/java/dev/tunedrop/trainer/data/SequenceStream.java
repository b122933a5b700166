package dev.tunedrop.trainer.data;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.artefact.Packer;
import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.trainer.op.CounterRandom;

/// The order in which a shard's examples (rows or pairs, [Examples]) are trained on, as *sequences*: the rows of one
/// pack of examples, or of one example.
///
/// Each epoch visits the examples in its own seeded order ([Shuffle]) through windows of [#WINDOW_ROWS]. With
/// packing a window's examples are packed ([Packer]) and its packs shuffled, so that full ones do not all come
/// first. The place in this order is a [Cursor] of three numbers; a window is made anew when a run resumes in the
/// middle of it.
///
/// Examples of which a row has no trained token in its first `maxTokens` are passed over: they would change nothing.
final class SequenceStream {

    static final int WINDOW_ROWS = 4096;

    private final Examples examples;
    private final DataOrder order;
    private final BitSet useful;
    private Cursor cursor = Cursor.START;
    private @Nullable List<long[]> window;
    private boolean atEpochEnd;

    SequenceStream(TokenShardReader shard, DataOrder order) {
        this.examples = new Examples(shard, order.maxTokens());
        this.order = order;
        this.useful = useful(examples);
        if (useful.isEmpty())
            throw new InvalidDocument("no row of the dataset has a token to learn within its first " + order.maxTokens()
                    + " tokens; raise maxTokens or check that the rows have assistant turns");
    }

    Cursor cursor() {
        return cursor;
    }

    void seek(Cursor to) {
        cursor = to;
        window = null;
    }

    /// Epochs gone by, with their fraction: windows count alike, and sequences within one.
    double epoch() {
        double ofWindow = window == null || window.isEmpty() ? 0 : cursor.taken() / (double) window.size();
        return cursor.epoch() + (cursor.window() + ofWindow) / windows();
    }

    /// The rows of the next sequence; empty after the last epoch.
    Optional<long[]> next() {
        return settle() ? Optional.of(take()) : Optional.empty();
    }

    /// The sequences of the next step, all of one epoch; none after the last epoch.
    List<long[]> next(StepPlan plan) {
        List<long[]> taken = new ArrayList<>();
        if (!settle()) return taken;
        long epoch = cursor.epoch();
        long tokens = 0;
        boolean more;
        do {
            long[] rows = take();
            taken.add(rows);
            tokens += tokens(rows);
            more = settle() && cursor.epoch() == epoch;
        } while (more && plan.takes(taken.size(), tokens, tokens(waiting())));
        atEpochEnd = !more;
        return taken;
    }

    /// Whether the last step was its epoch's last.
    boolean atEpochEnd() {
        return atEpochEnd;
    }

    /// How often [#next(StepPlan)] has something to give, counted no further than the plan's limit.
    long steps(StepPlan plan) {
        int limit = plan.maxSteps();
        int most = plan.sequencesPerStep();
        long count = 0;
        for (long epoch = 0; epoch < order.epochs() && count < limit; epoch++)
            count += plan.tokensPerStep() == null
                    ? Math.ceilDiv(inEpoch(epoch, (limit - count) * most), most)
                    : byTokens(epoch, plan);
        return Math.min(count, limit);
    }

    private long byTokens(long epoch, StepPlan plan) {
        long steps = 0;
        int held = 0;
        long tokens = 0;
        for (long index = 0; index < windows(); index++)
            for (long[] rows : sequences(epoch, index)) {
                long next = tokens(rows);
                if (held == 0 || !plan.takes(held, tokens, next)) {
                    steps++;
                    held = 0;
                    tokens = 0;
                }
                held++;
                tokens += next;
            }
        return steps;
    }

    /// Counted until there are enough.
    private long inEpoch(long epoch, long enough) {
        if (!order.packing()) return useful.cardinality();
        long count = 0;
        for (long index = 0; index < windows() && count < enough; index++)
            count += sequences(epoch, index).size();
        return count;
    }

    /// Moves the cursor over what is used up, to a sequence; false after the last epoch.
    private boolean settle() {
        while (cursor.epoch() < order.epochs()) {
            if (cursor.window() >= windows()) {
                seek(new Cursor(cursor.epoch() + 1, 0, 0));
                continue;
            }
            if (window == null) window = sequences(cursor.epoch(), cursor.window());
            if (cursor.taken() < window.size()) return true;
            seek(new Cursor(cursor.epoch(), cursor.window() + 1, 0));
        }
        return false;
    }

    private long[] waiting() {
        return Objects.requireNonNull(window).get(Math.toIntExact(cursor.taken()));
    }

    private long[] take() {
        long[] rows = waiting();
        cursor = new Cursor(cursor.epoch(), cursor.window(), cursor.taken() + 1);
        return rows;
    }

    /// Tokens of a sequence.
    long tokens(long[] rows) {
        return examples.tokens(rows);
    }

    /// The most tokens that a sequence may have.
    int capacity() {
        return examples.capacity();
    }

    private long windows() {
        return Math.ceilDiv(examples.count(), WINDOW_ROWS);
    }

    private List<long[]> sequences(long epoch, long index) {
        Shuffle places = new Shuffle(examples.count(), order.seed(), epoch);
        List<Long> chosen = new ArrayList<>();
        long end = Math.min(examples.count(), (index + 1) * WINDOW_ROWS);
        for (long place = index * WINDOW_ROWS; place < end; place++) {
            long example = places.at(place);
            if (useful.get(Math.toIntExact(example))) chosen.add(example);
        }
        if (!order.packing())
            return chosen.stream().map(example -> examples.rows(example)).toList();
        int[] lengths = chosen.stream().mapToInt(examples::length).toArray();
        List<int[]> packs = Packer.pack(lengths, examples.capacity());
        if (packs.isEmpty()) return List.of();
        Shuffle shuffle = new Shuffle(packs.size(), ~order.seed(), CounterRandom.bits(epoch, index));
        List<long[]> sequences = new ArrayList<>(packs.size());
        for (int place = 0; place < packs.size(); place++) {
            int[] pack = packs.get((int) shuffle.at(place));
            long[] sequence = new long[pack.length];
            for (int i = 0; i < pack.length; i++) sequence[i] = chosen.get(pack[i]);
            sequences.add(examples.rows(sequence));
        }
        return sequences;
    }

    private static BitSet useful(Examples examples) {
        BitSet useful = new BitSet(Math.toIntExact(examples.count()));
        for (long example = 0; example < examples.count(); example++)
            if (examples.useful(example)) useful.set((int) example);
        return useful;
    }
}
