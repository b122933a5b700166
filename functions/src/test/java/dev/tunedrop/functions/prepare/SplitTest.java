package dev.tunedrop.functions.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.functions.dataset.CanonicalRow;

/// The split that sorts scratch files, beside one that holds everything in memory.
class SplitTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path scratch;

    /// Two rows whose questions are to stay on one side.
    private record Pair(int first, int second) {}

    private List<@Nullable String> sides(double share, List<RowSums> rows, List<Pair> pairs) throws IOException {
        List<@Nullable String> sides = new ArrayList<>();
        try (Split split = new Split(share, scratch)) {
            for (RowSums row : rows) split.see(row);
            split.sort();
            for (Pair pair : pairs)
                split.together(
                        half(rows, pair.first(), 0),
                        half(rows, pair.first(), 1),
                        half(rows, pair.second(), 0),
                        half(rows, pair.second(), 1));
            split.together(1, 2, 3, 4);
            split.decide();
            for (int row = 0; row < rows.size(); row++) sides.add(split.side(row));
            assertThat(split.duplicates())
                    .isEqualTo(sides.stream().filter(side -> side == null).count());
        }
        return sides;
    }

    @Test
    void namedRowsAreHeldOutAndWhateverGivesThemAwayIsLeftOut() throws IOException {
        List<RowSums> rows = List.of(
                new RowSums(1, sum("q1 a1"), sum("q1")),
                new RowSums(2, sum("q2 a1"), sum("q2")),
                new RowSums(3, sum("q3 a1"), sum("q3")),
                new RowSums(4, sum("q4 a1"), sum("q4")),
                new RowSums(5, sum("q2 a1"), sum("q2")),
                new RowSums(6, sum("q3 a2"), sum("q3")),
                new RowSums(7, sum("q5 a1"), sum("q5")),
                new RowSums(8, sum("q5 a1"), sum("q5")));
        List<@Nullable String> sides = new ArrayList<>();
        try (Split split = new Split(0, scratch)) {
            for (RowSums row : rows) split.see(row, row.line() >= 5);
            split.sort();
            split.together(half(rows, 3, 0), half(rows, 3, 1), half(rows, 6, 0), half(rows, 6, 1));
            split.decide();
            for (int row = 0; row < rows.size(); row++) sides.add(split.side(row));
            assertThat(split.duplicates()).isEqualTo(4);
        }
        assertThat(sides)
                .as("the same row, the same question, nearly the same question; and a repeat among those held out")
                .containsExactly("train", null, null, null, "validation", "validation", "validation", null);
    }

    private static long half(List<RowSums> rows, int row, int half) {
        return Long.parseUnsignedLong(rows.get(row).question(), 16 * half, 16 * half + 16, 16);
    }

    /// The rule as one would write it down.
    private static List<@Nullable String> inMemory(double share, List<RowSums> rows, List<Pair> pairs) {
        Map<String, String> least = new HashMap<>();
        for (RowSums row : rows) least.put(row.question(), row.question());
        for (Pair pair : pairs) {
            String one = least.get(rows.get(pair.first()).question());
            String other = least.get(rows.get(pair.second()).question());
            if (one == null || other == null) throw new IllegalStateException("a pair is of rows");
            String lower = one.compareTo(other) < 0 ? one : other;
            least.replaceAll((question, group) -> group.equals(one) || group.equals(other) ? lower : group);
        }
        Set<String> contents = new HashSet<>();
        TreeMap<String, Integer> questions = new TreeMap<>();
        for (RowSums row : rows)
            if (contents.add(row.content()))
                questions.merge(String.valueOf(least.get(row.question())), 1, Integer::sum);
        long wanted = Math.round(share * contents.size());
        if (share > 0 && wanted == 0 && contents.size() >= Split.ROWS_FOR_ONE) wanted = 1;
        Set<String> heldOut = new HashSet<>();
        long held = 0;
        for (Map.Entry<String, Integer> question : questions.entrySet()) {
            if (held >= wanted || heldOut.size() + 1 == questions.size()) break;
            if (held + question.getValue() > 2 * wanted) continue;
            heldOut.add(question.getKey());
            held += question.getValue();
        }
        contents.clear();
        List<@Nullable String> sides = new ArrayList<>();
        for (RowSums row : rows)
            if (!contents.add(row.content())) sides.add(null);
            else
                sides.add(
                        heldOut.contains(String.valueOf(least.get(row.question())))
                                ? CanonicalRow.VALIDATION
                                : CanonicalRow.TRAIN);
        return sides;
    }

    private static String sum(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<RowSums> random(Random random, int count, int questions, int answers) {
        List<RowSums> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String question = "q" + random.nextInt(questions);
            rows.add(new RowSums(rows.size() + 1, sum(question + " a" + random.nextInt(answers)), sum(question)));
        }
        return rows;
    }

    @Test
    void itHoldsOutWhatASplitInMemoryHoldsOut() throws IOException {
        Random random = new Random(5);
        int repeated = 0;
        int heldOut = 0;
        for (int round = 0; round < 300; round++) {
            List<RowSums> rows =
                    random(random, random.nextInt(200), 1 + random.nextInt(60), 1 + random.nextInt(round % 9 + 1));
            List<Pair> pairs = new ArrayList<>();
            while (!rows.isEmpty() && pairs.size() < round % 13)
                pairs.add(new Pair(random.nextInt(rows.size()), random.nextInt(rows.size())));
            for (double share : new double[] {0, 0.05, 0.3, 1}) {
                List<@Nullable String> sides = sides(share, rows, pairs);
                assertThat(sides).isEqualTo(inMemory(share, rows, pairs));
                for (String side : sides)
                    if (side == null) repeated++;
                    else if (side.equals(CanonicalRow.VALIDATION)) heldOut++;
            }
        }
        assertThat(repeated).isGreaterThan(1000);
        assertThat(heldOut).isGreaterThan(1000);
    }

    @Test
    void aHundredThousandRowsOfWhichManyAreEqualAreSplitTheSame() throws IOException {
        List<RowSums> rows = random(new Random(6), 100_000, 30_000, 2);
        for (int i = 0; i < 50_000; i++) rows.add(rows.getFirst());
        assertThat(sides(0.05, rows, List.of())).isEqualTo(inMemory(0.05, rows, List.of()));
    }

    @Test
    void noScratchFileIsLeft() throws IOException {
        sides(0.05, random(new Random(7), 50, 10, 3), List.of());
        try (Stream<Path> left = Files.list(scratch)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void keysComeOutInOrderWhateverOrderTheyCameIn() throws IOException {
        List<String> sums = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) sums.add(sum("row " + i % 15_000));
        List<String> rising = sums.stream().sorted().toList();
        for (List<String> order : List.of(sums, rising, rising.reversed())) {
            try (SortedKeys keys = new SortedKeys(scratch.resolve("keys"))) {
                for (String sum : order) keys.add(sum);
                keys.sort();
                List<String> sorted = new ArrayList<>();
                for (long place = 0; place < keys.size(); place++)
                    sorted.add(order.get(Math.toIntExact(keys.row(place))));
                assertThat(sorted).isEqualTo(rising);
            }
        }
    }
}
