package dev.tunedrop.functions.checks.sketch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.functions.checks.Rows;
import dev.tunedrop.functions.checks.SeenRow;
import dev.tunedrop.functions.dataset.Row;

class RepeatsTest {

    private static final int PAIRS = 400;

    @TempDir
    Path folder;

    @Test
    void aRowThatIsThereTwiceIsToldOnceAndByItsLine() throws IOException {
        Row row = Rows.chat("Where is my parcel?", "It is on its way.");
        Repeats repeats = search(List.of(row, Rows.chat("Other", "Thing"), row, row));
        assertThat(repeats.duplicates()).isEqualTo(new Repeats.Found(2, List.of(3L, 4L)));
        assertThat(repeats.nearDuplicates().rows()).isZero();
    }

    @Test
    void nearDuplicatesAreFoundAndOtherRowsAreNot() throws IOException {
        Random random = new Random(7);
        List<Row> rows = new ArrayList<>();
        List<Double> alike = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            String[] words = words(random, 80);
            String[] changed = words.clone();
            int changes = i % 20;
            for (int c = 0; c < changes; c++) changed[random.nextInt(words.length)] = "changed" + i + "x" + c;
            rows.add(Rows.chat("", String.join(" ", words)));
            rows.add(Rows.chat("", String.join(" ", changed)));
            alike.add(jaccard(words, changed));
        }
        Set<Long> found = new HashSet<>();
        try (SketchFile sketches = sketches(rows)) {
            for (int i = 0; i < PAIRS; i++) if (sketches.alike(2 * i, 2 * i + 1) >= Repeats.ALIKE) found.add((long) i);
        }
        Repeats repeats = search(rows);
        long surely = alike.stream().filter(j -> j >= 0.9 && j < 1).count();
        long surelyFound = count(alike, found, 0.9, 1);
        long hardly = count(alike, found, 0, 0.6);
        assertThat(surely).isGreaterThan(10);
        assertThat(surelyFound / (double) surely).as("recall at J >= 0.9").isGreaterThanOrEqualTo(0.95);
        assertThat(hardly).as("found though J < 0.6").isZero();
        assertThat(repeats.nearDuplicates().rows() + repeats.duplicates().rows())
                .as("the bands miss next to nothing of what the signatures say")
                .isBetween((long) (0.98 * found.size()), (long) found.size());
    }

    private static long count(List<Double> alike, Set<Long> found, double from, double to) {
        return found.stream()
                .filter(i -> alike.get(i.intValue()) >= from && alike.get(i.intValue()) < to)
                .count();
    }

    @Test
    void anotherAnswerToTheSameQuestionIsToldAndTheSameAnswerIsNot() throws IOException {
        String one = "The parcel left the depot on Monday and will reach you soon.";
        String other = "Nobody here knows where the parcel is, so please ask the carrier.";
        Repeats repeats =
                search(List.of(Rows.chat("Where?", one), Rows.chat("Where?", other), Rows.chat("When?", one)));
        assertThat(repeats.conflicts()).isEqualTo(new Repeats.Found(1, List.of(2L)));
        assertThat(repeats.repeatedAnswers()).containsExactly(new Repeats.Found(2, List.of(1L, 3L)));
    }

    @Test
    void theInstructionsThatAllRowsShareMakeThemNoNearDuplicates() throws IOException {
        String system = String.join(" ", words(new Random(1), 200));
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 5; i++)
            rows.add(new Row.Chat(List.of(
                    Rows.system(system),
                    Rows.user(String.join(" ", words(new Random(100 + i), 20))),
                    Rows.answer("yes"))));
        assertThat(search(rows).nearDuplicates().rows()).isZero();
    }

    /// The heap holds nothing of the rows then; the folder has only the sketches when the search is over.
    @Test
    void aSearchOnDiskFindsWhatOneInTheHeapFinds() throws IOException {
        Random random = new Random(12);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            int text = random.nextInt(900);
            String[] words = words(new Random(text), 120);
            if (i % 3 == 0) words[random.nextInt(words.length)] = "changed" + i;
            String answer = i % 5 == 0 ? String.join(" ", words(new Random(i % 500), 12)) : String.join(" ", words);
            rows.add(Rows.chat("Question " + text % 300, answer));
        }
        try (SketchFile sketches = sketches(rows)) {
            Repeats heap = Repeats.in(sketches);
            Repeats disk = Repeats.in(sketches, 0);
            assertThat(heap.nearDuplicates().rows()).isGreaterThan(100);
            assertThat(heap.duplicates().rows()).isGreaterThan(100);
            assertThat(heap.conflicts().rows()).isGreaterThan(100);
            assertThat(heap.repeatedAnswers()).hasSize(20);
            assertThat(disk.duplicates()).isEqualTo(heap.duplicates());
            assertThat(disk.nearDuplicates()).isEqualTo(heap.nearDuplicates());
            assertThat(disk.conflicts()).isEqualTo(heap.conflicts());
            assertThat(disk.repeatedAnswers()).isEqualTo(heap.repeatedAnswers());
            assertThat(pairs(disk)).isEqualTo(pairs(heap)).isNotEmpty();
            assertThat(disk.unseenRows()).isZero();
            assertThat(folder)
                    .isDirectoryNotContaining(
                            file -> file.getFileName().toString().startsWith("column"));
        }
    }

    private static List<Long> pairs(Repeats repeats) {
        List<Long> pairs = new ArrayList<>();
        repeats.pairs((a, b, c, d) -> pairs.addAll(List.of(a, b, c, d)));
        return pairs;
    }

    @Test
    void sketchesOfRangesPutTogetherAreThoseOfTheWholeFile() throws IOException {
        Random random = new Random(3);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 30; i++) rows.add(Rows.chat("", String.join(" ", words(random, 30))));
        Path whole = write(rows, 0, "whole");
        Path together = folder.resolve("together");
        try (SketchWriter writer = new SketchWriter(together)) {
            for (int from = 0; from < rows.size(); from += 7) {
                Path part = write(rows.subList(from, Math.min(rows.size(), from + 7)), 0, "part" + from);
                try (SketchFile sketches = SketchFile.open(part)) {
                    writer.addAll(sketches, from);
                }
            }
        }
        assertThat(together).hasSameBinaryContentAs(whole);
    }

    private Repeats search(List<Row> rows) throws IOException {
        try (SketchFile sketches = sketches(rows)) {
            return Repeats.in(sketches);
        }
    }

    private SketchFile sketches(List<Row> rows) throws IOException {
        return SketchFile.open(write(rows, 0, "rows"));
    }

    private Path write(List<Row> rows, long before, String name) throws IOException {
        Path file = folder.resolve(name);
        try (SketchWriter writer = new SketchWriter(file)) {
            Sketcher sketcher = new Sketcher();
            for (int i = 0; i < rows.size(); i++)
                writer.add(SeenRow.of(before + i + 1, rows.get(i)).sketch(sketcher));
        }
        return file;
    }

    private static String[] words(Random random, int count) {
        String[] words = new String[count];
        for (int i = 0; i < count; i++) words[i] = "w" + random.nextInt(5000);
        return words;
    }

    private static double jaccard(String[] one, String[] other) {
        Set<String> a = groups(one);
        Set<String> b = groups(other);
        Set<String> both = new HashSet<>(a);
        both.retainAll(b);
        return both.size() / (double) (a.size() + b.size() - both.size());
    }

    private static Set<String> groups(String[] words) {
        Set<String> groups = new HashSet<>();
        for (int i = 0; i + MinHash.GROUP <= words.length; i++)
            groups.add(Arrays.stream(words, i, i + MinHash.GROUP).collect(Collectors.joining(" ")));
        return groups;
    }
}
