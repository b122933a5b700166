package dev.tunedrop.functions.targets;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Lists of words that hardly any text has: which lists have one in a text. Words are looked for by two
/// neighbouring characters of theirs, one of them no letter or digit where they have one, because a text without `<|`
/// has none of the markup's words.
final class SeldomWords {

    private record Word(String text, int list) {}

    private record Sharing(String pair, List<Word> words) {}

    private final List<Sharing> groups = new ArrayList<>();

    /// @param lists at most 64
    SeldomWords(List<List<String>> lists) {
        if (lists.size() > Long.SIZE) throw new IllegalArgumentException("at most 64 lists of words are looked for");
        Map<String, List<Word>> byPair = new TreeMap<>();
        for (int list = 0; list < lists.size(); list++)
            for (String word : lists.get(list))
                byPair.computeIfAbsent(pair(word), p -> new ArrayList<>()).add(new Word(word, list));
        byPair.forEach((pair, words) -> groups.add(new Sharing(pair, List.copyOf(words))));
    }

    private static String pair(String word) {
        int mark = 0;
        while (mark + 1 < word.length() && Character.isLetterOrDigit(word.charAt(mark))) mark++;
        return word.substring(Math.max(0, Math.min(mark, word.length() - 2)), Math.min(word.length(), mark + 2));
    }

    /// The lists of which the text has a word, as bits: the first is the lowest.
    long in(String text) {
        long found = 0;
        for (Sharing group : groups) {
            if (!text.contains(group.pair())) continue;
            for (Word word : group.words()) if (text.contains(word.text())) found |= 1L << word.list();
        }
        return found;
    }
}
