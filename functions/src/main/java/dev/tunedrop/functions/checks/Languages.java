package dev.tunedrop.functions.checks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;

/// Tells a text's language well enough to find strays: by script, and within the Latin script by its commonest words
/// (`languages.json`). A statistical library knows more languages and short texts better, but brings tens of megabytes
/// of models into every function for a check whose answer is "look at this line"; where this one is not sure it is
/// silent.
final class Languages {

    /// A text's beginning is read, no more.
    static final int ENOUGH_CHARACTERS = 2000;

    private static final int FEWEST_LETTERS = 20;
    private static final int FEWEST_HITS = 4;

    /// In running text at least every eighth word is one of a language's commonest.
    private static final int WORDS_PER_HIT = 8;

    private final List<String> names;
    private final Map<String, Long> byWord = new HashMap<>();

    private Languages(Map<String, List<String>> words) {
        names = new ArrayList<>(words.keySet());
        words.forEach((name, list) -> {
            long bit = 1L << names.indexOf(name);
            list.forEach(word -> byWord.merge(word, bit, (a, b) -> a | b));
        });
    }

    /// @param words language → its commonest words
    private record Table(String source, Map<String, List<String>> words) {}

    static Languages load() {
        try (InputStream in = Objects.requireNonNull(Languages.class.getResourceAsStream("languages.json"))) {
            return new Languages(new TreeMap<>(
                    Json.read(in.readAllBytes(), Table.class, "languages.json").words()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read languages.json", e);
        }
    }

    /// The language or script; null when it is not clear.
    @Nullable
    String of(CharSequence text) {
        int end = Math.min(text.length(), ENOUGH_CHARACTERS);
        int latin = 0;
        int letters = 0;
        Map<UnicodeScript, Integer> scripts = new EnumMap<>(UnicodeScript.class);
        int[] hits = new int[names.size()];
        int words = 0;
        StringBuilder word = new StringBuilder();
        int width;
        for (int i = 0; i < end; i += width) {
            int c = Character.codePointAt(text, i);
            width = Character.charCount(c);
            boolean letter = c < 0x80 ? (c | 32) >= 'a' && (c | 32) <= 'z' : Character.isLetter(c);
            if (letter) {
                letters++;
                UnicodeScript script = c < 0x80 ? UnicodeScript.LATIN : UnicodeScript.of(c);
                if (script == UnicodeScript.LATIN) latin++;
                else scripts.merge(script, 1, Integer::sum);
                word.appendCodePoint(Character.toLowerCase(c));
            } else if (!word.isEmpty()) {
                count(word, hits);
                words++;
            }
        }
        count(word, hits);
        if (letters < FEWEST_LETTERS) return null;
        return latin * 2 > letters ? byWords(hits, words) : byScript(scripts, letters);
    }

    private void count(StringBuilder word, int[] hits) {
        Long bits = byWord.get(word.toString());
        word.setLength(0);
        if (bits == null) return;
        for (int i = 0; i < hits.length; i++) if ((bits & (1L << i)) != 0) hits[i]++;
    }

    /// The language with the most hits, when it has at least half as many again as the next.
    private @Nullable String byWords(int[] hits, int words) {
        int best = 0;
        int next = -1;
        for (int i = 1; i < hits.length; i++) {
            if (hits[i] > hits[best]) {
                next = best;
                best = i;
            } else if (next < 0 || hits[i] > hits[next]) {
                next = i;
            }
        }
        boolean clear =
                hits[best] >= FEWEST_HITS && hits[best] * WORDS_PER_HIT >= words && 2 * hits[best] >= 3 * hits[next];
        return clear ? names.get(best) : null;
    }

    /// Japanese mixes scripts; kana give it away. The other scripts stand for themselves.
    private static @Nullable String byScript(Map<UnicodeScript, Integer> scripts, int letters) {
        int kana = scripts.getOrDefault(UnicodeScript.HIRAGANA, 0) + scripts.getOrDefault(UnicodeScript.KATAKANA, 0);
        if (kana * 10 > letters) return "Japanese";
        for (Map.Entry<UnicodeScript, Integer> script : scripts.entrySet())
            if (script.getValue() * 2 > letters) return name(script.getKey());
        return null;
    }

    private static String name(UnicodeScript script) {
        return switch (script) {
            case HAN -> "Chinese";
            case HANGUL -> "Korean";
            default -> {
                String name = script.name().toLowerCase(Locale.ROOT).replace('_', ' ');
                yield name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
            }
        };
    }
}
