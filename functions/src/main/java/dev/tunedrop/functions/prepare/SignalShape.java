package dev.tunedrop.functions.prepare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

import dev.tunedrop.events.artefact.Packer;
import dev.tunedrop.events.artefact.TokenRow;
import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.run.DatasetReport.RowShape;
import dev.tunedrop.functions.checks.sketch.Words;

/// How a shard's rows will lie in the trainer's packs, and where a few of them carry loss.
///
/// @param packs of one epoch
/// @param packFill share of the packs' room that holds tokens
/// @param samples shapes of the rows that come first by a hash of their tokens, and of the longest, by line
record SignalShape(long packs, double packFill, List<RowShape> samples) {

    /// Examples that the trainer packs at a time.
    private static final int WINDOW = 4096;

    private static final int SAMPLES = 6;
    private static final int MOST_RUNS = 200;

    /// @param sequences rows of one example: a pair's two lie in one pack, which has room for two
    static SignalShape of(Path shard, int maxTokens, int sequences) {
        try (TokenShardReader rows = TokenShardReader.open(shard)) {
            int capacity = Math.multiplyExact(sequences, maxTokens);
            long examples = rows.rows() / sequences;
            long packs = 0;
            for (long from = 0; from < examples; from += WINDOW) {
                int count = (int) Math.min(WINDOW, examples - from);
                packs += Packer.pack(lengths(rows, from, count, maxTokens, sequences), capacity)
                        .size();
            }
            double room = (double) packs * capacity;
            double fill = packs == 0 ? 0 : Math.round(1e4 * rows.tokens() / room) / 1e4;
            return new SignalShape(packs, fill, samples(rows));
        }
    }

    private static int[] lengths(TokenShardReader rows, long from, int count, int maxTokens, int sequences) {
        int[] lengths = new int[count];
        for (int i = 0; i < count; i++)
            for (int s = 0; s < sequences; s++)
                lengths[i] += Math.min(rows.length((from + i) * sequences + s), maxTokens);
        return Arrays.stream(lengths).filter(length -> length > 0).toArray();
    }

    private record Drawn(long hash, long row) {}

    private static List<RowShape> samples(TokenShardReader rows) {
        PriorityQueue<Drawn> least =
                new PriorityQueue<>(Comparator.comparingLong(Drawn::hash).reversed());
        long longest = -1;
        for (long row = 0; row < rows.rows(); row++) {
            if (longest < 0 || rows.length(row) > rows.length(longest)) longest = row;
            least.add(new Drawn(hash(rows.row(row)), row));
            if (least.size() > SAMPLES) least.remove();
        }
        List<Long> drawn = new ArrayList<>(least.stream().map(Drawn::row).toList());
        if (longest >= 0 && !drawn.contains(longest)) drawn.add(longest);
        return drawn.stream().sorted().map(row -> shape(rows.row(row))).toList();
    }

    private static long hash(TokenRow row) {
        long hash = 0;
        for (int id : row.ids()) hash = Words.mix(hash * 31 + id);
        return hash;
    }

    /// Nothing predicts the first token, so it never carries loss.
    static RowShape shape(TokenRow row) {
        List<Integer> runs = new ArrayList<>();
        boolean trained = false;
        int run = 0;
        for (int t = 0; t < row.ids().length; t++) {
            boolean loss = t > 0 && row.trained()[t];
            if (loss != trained) {
                if (runs.size() == MOST_RUNS) break;
                runs.add(run);
                run = 0;
                trained = loss;
            }
            run++;
        }
        runs.add(run);
        return new RowShape(row.line(), runs);
    }
}
