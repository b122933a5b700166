package dev.tunedrop.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.artefact.TokenShardWriter;
import dev.tunedrop.trainer.model.MicroBatch;

/// Steps counted in tokens, and how they are cut.
class StepPlanTest {

    private static final int LONGEST = 20;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStepTakesAsManySequencesAsItsTokensAllow(boolean packing) throws IOException {
        try (TokenShardReader shard = shard(200)) {
            StepSource source = new StepSource(shard, new DataOrder(5, 2, LONGEST, packing), StepPlan.tokens(100));
            List<Integer> sizes = new ArrayList<>();
            List<Boolean> ends = new ArrayList<>();
            for (Optional<StepSource.Step> step = source.next(); step.isPresent(); step = source.next()) {
                sizes.add(tokens(step.get()));
                ends.add(source.atEpochEnd());
            }
            assertThat(source.steps()).isEqualTo(sizes.size());
            assertThat(ends.stream().filter(end -> end)).hasSize(2);
            assertThat(ends.getLast()).isTrue();
            for (int i = 0; i < sizes.size(); i++) {
                assertThat(sizes.get(i)).isLessThanOrEqualTo(100);
                if (!ends.get(i)) assertThat(sizes.get(i)).isGreaterThan(100 - LONGEST);
            }
        }
    }

    @Test
    void aSequenceLargerThanTheStepIsAStepOfItsOwn() throws IOException {
        try (TokenShardReader shard = shard(50)) {
            StepSource source = new StepSource(shard, new DataOrder(5, 1, LONGEST, false), StepPlan.tokens(1));
            assertThat(source.steps()).isEqualTo(50);
            assertThat(source.next().orElseThrow().batch(0).lengths()).hasSize(1);
        }
    }

    @Test
    void aSourceThatIsSoughtGoesOnWithTheSameSteps() throws IOException {
        try (TokenShardReader shard = shard(120)) {
            DataOrder order = new DataOrder(5, 3, LONGEST, true);
            StepSource whole = new StepSource(shard, order, StepPlan.tokens(64));
            for (int step = 0; step < whole.steps(); step++) {
                StepSource resumed = new StepSource(shard, order, StepPlan.tokens(64));
                resumed.seek(whole.cursor());
                assertThat(ids(resumed.next().orElseThrow()))
                        .isEqualTo(ids(whole.next().orElseThrow()));
                assertThat(resumed.atEpochEnd()).isEqualTo(whole.atEpochEnd());
            }
            assertThat(whole.next()).isEmpty();
        }
    }

    @Test
    void aCutByTokensKeepsTheRowsAndSplitsNoSequence() throws IOException {
        try (TokenShardReader shard = shard(100)) {
            DataOrder order = new DataOrder(5, 1, LONGEST, false);
            for (StepPlan plan : List.of(StepPlan.tokens(200), StepPlan.sequences(16, 1))) {
                List<Integer> uncut =
                        ids(new StepSource(shard, order, plan).next().orElseThrow());
                for (int limit : new int[] {8, 30, 64}) {
                    StepSource source = new StepSource(shard, order, plan);
                    source.cutAt(limit);
                    StepSource.Step step = source.next().orElseThrow();
                    assertThat(ids(step)).isEqualTo(uncut);
                    assertThat(step.size()).isGreaterThan(1);
                    for (int i = 0; i < step.size(); i++) {
                        MicroBatch batch = step.batch(i);
                        assertThat(batch.tokens() <= limit || batch.lengths().length == 1)
                                .isTrue();
                        assertThat(batch.tokens()).isLessThanOrEqualTo(step.largest());
                    }
                }
            }
        }
    }

    private static int tokens(StepSource.Step step) {
        int tokens = 0;
        for (int i = 0; i < step.size(); i++) tokens += step.batch(i).tokens();
        return tokens;
    }

    private static List<Integer> ids(StepSource.Step step) {
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < step.size(); i++) for (int id : step.batch(i).ids()) ids.add(id);
        return ids;
    }

    private TokenShardReader shard(int rows) throws IOException {
        Random random = new Random(rows);
        Path file = folder.resolve("shard-" + rows);
        try (TokenShardWriter writer = new TokenShardWriter(file, Map.of())) {
            for (int row = 0; row < rows; row++) {
                int[] ids = new int[2 + random.nextInt(LONGEST - 1)];
                Arrays.fill(ids, row);
                boolean[] trained = new boolean[ids.length];
                trained[ids.length - 1] = true;
                writer.add(ids, trained, row + 1);
            }
        }
        return TokenShardReader.open(file);
    }
}
