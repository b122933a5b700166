package dev.tunedrop.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.artefact.Packer;
import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.artefact.TokenShardWriter;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.trainer.model.MicroBatch;

class DataOrderTest {

    @TempDir
    Path folder;

    @Test
    void aShuffleVisitsEveryPlaceOnce() {
        for (long size : new long[] {1, 2, 3, 5, 64, 65, 1000, 4097}) {
            Shuffle shuffle = new Shuffle(size, 7, 3);
            assertThat(LongStream.range(0, size).map(shuffle::at).sorted().toArray())
                    .isEqualTo(LongStream.range(0, size).toArray());
        }
    }

    @Test
    void everyEpochAndEverySeedHasItsOwnOrder() {
        long[] first = order(new Shuffle(1000, 7, 0));
        assertThat(order(new Shuffle(1000, 7, 0))).isEqualTo(first);
        assertThat(order(new Shuffle(1000, 7, 1))).isNotEqualTo(first);
        assertThat(order(new Shuffle(1000, 8, 0))).isNotEqualTo(first);
        assertThat(first).isNotEqualTo(LongStream.range(0, 1000).toArray());
    }

    @Test
    void aShuffleMovesThingsFarOnAverage() {
        Shuffle shuffle = new Shuffle(10_000, 1, 0);
        double mean = LongStream.range(0, 10_000)
                .map(place -> Math.abs(place - shuffle.at(place)))
                .average()
                .orElseThrow();
        assertThat(mean).isBetween(3_200.0, 3_470.0); // n / 3 for a uniform permutation
    }

    @Test
    void packsHoldEveryRowOnceAndNeverOverflow() {
        Random random = new Random(1);
        for (int round = 0; round < 50; round++) {
            int[] lengths = random.ints(1 + random.nextInt(300), 1, 101).toArray();
            List<int[]> packs = Packer.pack(lengths, 100);
            assertThat(packs.stream().flatMapToInt(Arrays::stream).sorted().toArray())
                    .isEqualTo(
                            java.util.stream.IntStream.range(0, lengths.length).toArray());
            for (int[] pack : packs)
                assertThat(Arrays.stream(pack).map(item -> lengths[item]).sum()).isLessThanOrEqualTo(100);
            int atLeast = Math.ceilDiv(Arrays.stream(lengths).sum(), 100);
            assertThat(packs).hasSizeLessThanOrEqualTo(Math.max(atLeast * 2, atLeast + 1));
        }
    }

    @Test
    void aRowGoesIntoTheFullestPackThatTakesIt() {
        assertThat(Packer.pack(new int[] {6, 5, 4, 3, 2}, 10))
                .usingElementComparator(Arrays::compare)
                .containsExactly(new int[] {0, 2}, new int[] {1, 3, 4});
    }

    @Test
    void eachEpochTrainsEveryRowOnce() throws IOException {
        for (boolean packing : new boolean[] {true, false})
            try (TokenShardReader shard = shard(SequenceStream.WINDOW_ROWS + 100)) {
                SequenceStream stream = new SequenceStream(shard, new DataOrder(5, 2, 64, packing));
                List<Long> rows = new ArrayList<>();
                long sequences = 0;
                for (Optional<long[]> next = stream.next(); next.isPresent(); next = stream.next()) {
                    sequences++;
                    for (long row : next.get()) rows.add(row);
                }
                long n = shard.rows();
                assertThat(rows).hasSize((int) (2 * n));
                assertThat(rows.subList(0, (int) n).stream().distinct()).hasSize((int) n);
                assertThat(stream.steps(StepPlan.sequences(1, 1))).isEqualTo(sequences);
            }
    }

    @Test
    void aStreamThatIsSoughtGoesOnExactlyThere() throws IOException {
        try (TokenShardReader shard = shard(300)) {
            DataOrder order = new DataOrder(5, 3, 40, true);
            SequenceStream whole = new SequenceStream(shard, order);
            for (int taken = 0; taken < 40; taken++) {
                SequenceStream resumed = new SequenceStream(shard, order);
                resumed.seek(whole.cursor());
                assertThat(resumed.next().orElseThrow()).isEqualTo(whole.next().orElseThrow());
            }
        }
    }

    @Test
    void howAStepIsCutDoesNotChangeItsRows() throws IOException {
        try (TokenShardReader shard = shard(200)) {
            List<List<Integer>> seen = new ArrayList<>();
            for (int[] cut : new int[][] {{8, 1}, {4, 2}, {2, 4}, {1, 8}}) {
                StepSource source =
                        new StepSource(shard, new DataOrder(5, 1, 40, true), StepPlan.sequences(cut[0], cut[1]));
                StepSource.Step step = source.next().orElseThrow();
                assertThat(step.size()).isEqualTo(cut[1]);
                List<Integer> ids = new ArrayList<>();
                for (int i = 0; i < step.size(); i++)
                    for (int id : step.batch(i).ids()) ids.add(id);
                seen.add(ids);
            }
            assertThat(seen).allMatch(ids -> ids.equals(seen.getFirst()));
        }
    }

    @Test
    void theNumberOfStepsIsKnownBeforeTheFirst() throws IOException {
        try (TokenShardReader shard = shard(200)) {
            DataOrder order = new DataOrder(5, 2, 40, true);
            StepSource source = new StepSource(shard, order, StepPlan.sequences(3, 2));
            int steps = 0;
            while (source.next().isPresent()) steps++;
            assertThat(source.steps()).isEqualTo(steps);
            assertThat(new StepSource(shard, order, new StepPlan(3, 2, null, 4)).steps())
                    .isEqualTo(4);
        }
    }

    @Test
    void aStepNeverSpansTwoEpochs() throws IOException {
        try (TokenShardReader shard = shard(5)) {
            StepSource source = new StepSource(shard, new DataOrder(5, 3, 40, false), StepPlan.sequences(8, 1));
            assertThat(source.steps()).isEqualTo(3);
            for (int epoch = 0; epoch < 3; epoch++)
                assertThat(source.next().orElseThrow().batch(0).lengths()).hasSize(5);
            assertThat(source.next()).isEmpty();
        }
    }

    @Test
    void targetsAreTheTrainedNextTokensOfTheSameRow() throws IOException {
        try (TokenShardReader shard =
                write(new int[][] {{10, 11, 12}, {20, 21}}, new boolean[][] {{false, false, true}, {true, true}})) {
            MicroBatch batch = MicroBatches.of(shard, new long[] {0, 1}, 100);
            assertThat(batch.ids()).containsExactly(10, 11, 12, 20, 21);
            assertThat(batch.targets()).containsExactly(-1, 12, -1, 21, -1);
            assertThat(batch.lengths()).containsExactly(3, 2);
        }
    }

    @Test
    void rowsThatTrainNothingArePassedOver() throws IOException {
        try (TokenShardReader shard = write(
                new int[][] {{1, 2}, {3, 4}, {5, 6, 7}},
                new boolean[][] {{true, false}, {false, true}, {false, false, true}})) {
            SequenceStream stream = new SequenceStream(shard, new DataOrder(1, 1, 2, false));
            assertThat(stream.next())
                    .hasValueSatisfying(rows -> assertThat(rows).containsExactly(1));
            assertThat(stream.next()).isEmpty();
        }
    }

    @Test
    void aDatasetThatTrainsNothingIsRefused() throws IOException {
        try (TokenShardReader shard = write(new int[][] {{1, 2}}, new boolean[][] {{true, false}})) {
            assertThatThrownBy(() -> new SequenceStream(shard, new DataOrder(1, 1, 8, true)))
                    .isInstanceOf(InvalidDocument.class)
                    .hasMessageContaining("no row of the dataset has a token to learn");
        }
    }

    @Test
    void theHeldOutLossIsAMeanOverTrainedTokens() throws IOException {
        try (TokenShardReader shard = shard(100)) {
            List<Integer> sizes = new ArrayList<>();
            HeldOut.Loss loss = HeldOut.loss(shard, 50, batch -> {
                sizes.add(batch.tokens());
                return 2.0 * batch.trainedTokens();
            });
            assertThat(loss.mean()).isEqualTo(2.0);
            assertThat(loss.tokens()).isEqualTo(shard.trainedTokens());
            assertThat(sizes).allMatch(size -> size <= 50).hasSizeGreaterThan(5);
        }
    }

    @Test
    void aPairIsNeverParted() throws IOException {
        for (boolean packing : new boolean[] {true, false})
            try (TokenShardReader shard = pairs(200)) {
                StepSource source = new StepSource(shard, new DataOrder(5, 1, 40, packing), StepPlan.sequences(3, 2));
                List<Long> seen = new ArrayList<>();
                for (Optional<StepSource.Step> step = source.next(); step.isPresent(); step = source.next())
                    for (int i = 0; i < step.get().size(); i++) {
                        MicroBatch batch = step.get().batch(i);
                        long[] rows = batch.rows();
                        for (int row = 0; row < rows.length; row += 2) {
                            assertThat(rows[row] % 2).isZero();
                            assertThat(rows[row + 1]).isEqualTo(rows[row] + 1);
                            seen.add(rows[row]);
                        }
                    }
                assertThat(seen).hasSize(100).doesNotHaveDuplicates();
            }
    }

    @Test
    void aPairWhoseOneAnswerTeachesNothingIsPassedOver() throws IOException {
        boolean[] learnt = {false, true};
        try (TokenShardReader shard = write(
                new int[][] {{1, 2}, {3, 4}, {5, 6}, {7, 8}},
                new boolean[][] {learnt, new boolean[2], learnt, learnt},
                PAIRS)) {
            SequenceStream stream = new SequenceStream(shard, new DataOrder(1, 1, 2, false));
            assertThat(stream.next())
                    .hasValueSatisfying(rows -> assertThat(rows).containsExactly(2, 3));
            assertThat(stream.next()).isEmpty();
        }
    }

    @Test
    void theHeldOutLossOfPairsIsAMeanOverPairs() throws IOException {
        try (TokenShardReader shard = pairs(100)) {
            HeldOut.Loss loss = HeldOut.loss(shard, 50, batch -> {
                assertThat(batch.lengths().length % 2).isZero();
                return 3.0 * batch.lengths().length / 2;
            });
            assertThat(loss.mean()).isEqualTo(3.0);
            assertThat(loss.units()).isEqualTo(50);
            assertThat(loss.tokens()).isEqualTo(shard.trainedTokens());
        }
    }

    private static final Map<String, String> PAIRS = Map.of(TokenShardReader.OBJECTIVE, TokenShardReader.DPO);

    private static long[] order(Shuffle shuffle) {
        return LongStream.range(0, 1000).map(shuffle::at).toArray();
    }

    /// Rows of 2 to 20 tokens whose ids tell them apart.
    private TokenShardReader shard(int rows) throws IOException {
        return shard(rows, Map.of());
    }

    private TokenShardReader pairs(int rows) throws IOException {
        return shard(rows, PAIRS);
    }

    private TokenShardReader shard(int rows, Map<String, String> metadata) throws IOException {
        Random random = new Random(rows);
        int[][] ids = new int[rows][];
        boolean[][] trained = new boolean[rows][];
        for (int row = 0; row < rows; row++) {
            int length = 2 + random.nextInt(19);
            ids[row] = new int[length];
            Arrays.fill(ids[row], row);
            trained[row] = new boolean[length];
            trained[row][length - 1] = true;
        }
        return write(ids, trained, metadata);
    }

    private TokenShardReader write(int[][] ids, boolean[][] trained) throws IOException {
        return write(ids, trained, Map.of());
    }

    private TokenShardReader write(int[][] ids, boolean[][] trained, Map<String, String> metadata) throws IOException {
        Path file = folder.resolve("shard-" + ids.length);
        try (TokenShardWriter writer = new TokenShardWriter(file, metadata)) {
            for (int row = 0; row < ids.length; row++) writer.add(ids[row], trained[row], row + 1);
        }
        return TokenShardReader.open(file);
    }
}
