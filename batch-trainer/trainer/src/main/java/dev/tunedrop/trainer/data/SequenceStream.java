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
/// Each epoch visits the examples in its own seeded order ([Shuffle]) through windows of [#WINDOW_ROWS]. With packing a
/// window's examples are packed ([Packer]) and its packs shuffled, so that full ones do not all come first. The place
/// in
/// this order is a [Cursor] of three numbers; a window is made anew when a run resumes in the middle of it.
///
/// Examples of which a row has no trained token in its first `maxTokens` are passed over: they would change nothing.
final class SequenceStream {

    static final int WINDOW_ROWS = 4096;

    private final Examples examples;
    private final DataOrder order;
    private final BitSet useful;
    private Cursor cursor = Cursor.START;
    private @Nullable List<long[]> window;

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

    /// The next sequences of one epoch, at most `most` of them; none after the last epoch.
    List<long[]> next(int most) {
        List<long[]> taken = new ArrayList<>();
        if (!settle()) return taken;
        long epoch = cursor.epoch();
        do {
            taken.add(take());
        } while (taken.size() < most && settle() && cursor.epoch() == epoch);
        return taken;
    }

    /// How often [#next(int)] has something to give, counted no further than `limit`.
    long batches(int most, int limit) {
        long count = 0;
        for (long epoch = 0; epoch < order.epochs() && count < limit; epoch++)
            count += Math.ceilDiv(inEpoch(epoch, (limit - count) * most), most);
        return Math.min(count, limit);
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

    private long[] take() {
        List<long[]> settled = Objects.requireNonNull(window);
        long[] rows = settled.get(Math.toIntExact(cursor.taken()));
        cursor = new Cursor(cursor.epoch(), cursor.window(), cursor.taken() + 1);
        return rows;
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
