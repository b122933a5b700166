package dev.tunedrop.functions.checks.sketch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import dev.tunedrop.functions.checks.Said;
import dev.tunedrop.functions.dataset.Row;

/// What signatures estimate, counted: the share that a row's groups of words have in common with those of the earlier
/// row that is most like it. The groups themselves are compared, no hash of them.
final class ExactJaccard {

    private final Map<String, List<Integer>> rowsWith = new HashMap<>();
    private final List<Integer> sizes = new ArrayList<>();

    /// @return how much is common with the nearest earlier row that was added; -1 where the row says too little
    double add(Row row) {
        List<String> words = words(row);
        int number = sizes.size();
        if (words.size() < MinHash.FEWEST_WORDS) {
            sizes.add(0);
            return -1;
        }
        Set<String> groups = new HashSet<>();
        for (int i = 0; i + MinHash.GROUP <= words.size(); i++)
            groups.add(String.join(" ", words.subList(i, i + MinHash.GROUP)));
        Map<Integer, Integer> common = new HashMap<>();
        for (String group : groups) {
            List<Integer> with = rowsWith.computeIfAbsent(group, g -> new ArrayList<>());
            for (int other : with) common.merge(other, 1, Integer::sum);
            with.add(number);
        }
        sizes.add(groups.size());
        double best = 0;
        for (Map.Entry<Integer, Integer> other : common.entrySet()) {
            int both = other.getValue();
            best = Math.max(best, both / (double) (groups.size() + sizes.get(other.getKey()) - both));
        }
        return best;
    }

    private static List<String> words(Row row) {
        List<String> words = new ArrayList<>();
        List<Said> said = Said.in(row);
        for (Said one : row instanceof Row.Labelled ? said.subList(0, 1) : said)
            if (!one.role().equals(Row.Message.SYSTEM)) words(one.text(), words);
        return words;
    }

    private static void words(String text, List<String> words) {
        StringBuilder word = new StringBuilder();
        for (int point : (text + " ").codePoints().toArray()) {
            boolean alone = point >= 0xe00
                    && (Character.isIdeographic(point) || point <= 0xeff || (point >= 0x3040 && point <= 0x30ff));
            boolean in = Character.isLetterOrDigit(point) || Character.getType(point) == Character.NON_SPACING_MARK;
            if (in && !alone) {
                word.appendCodePoint(Character.toLowerCase(point));
                continue;
            }
            if (!word.isEmpty()) words.add(word.toString());
            word.setLength(0);
            if (alone) words.add(Character.toString(point).toLowerCase(Locale.ROOT));
        }
    }
}
