package dev.tunedrop.functions.checks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.checks.scan.Talk;
import dev.tunedrop.functions.checks.scan.WordKeys;

/// Tells a text's language well enough to find strays: by script, and within the Latin script by its commonest words
/// (`languages.json`). A statistical library knows more languages and short texts better, but brings tens of megabytes
/// of models into every function for a check whose answer is "look at this line"; where this one is not sure it is
/// silent. Belongs to one thread.
final class Languages {

    /// A text's beginning is read, no more.
    static final int ENOUGH_CHARACTERS = 2000;

    private static final int FEWEST_LETTERS = 20;
    private static final int FEWEST_HITS = 4;

    private static final int ASCII = 0x80;

    /// Each letter of ASCII in lower case; 0 for other characters.
    private static final int[] LETTERS = new int[ASCII];

    static {
        for (int c = 0; c < ASCII; c++) if (Character.isLetter(c)) LETTERS[c] = Character.toLowerCase(c);
    }

    /// In running text at least every eighth word is one of a language's commonest.
    private static final int WORDS_PER_HIT = 8;

    /// Read when the first file is looked at.
    private static final class Loaded {
        static final Map<String, List<String>> WORDS = table();
    }

    private final List<String> names;
    private final WordTable byWord;
    private final int[] hits;
    private final long[] words = new long[ENOUGH_CHARACTERS + 1];

    private Languages(Map<String, List<String>> words) {
        names = new ArrayList<>(words.keySet());
        byWord = new WordTable(words);
        hits = new int[names.size()];
    }

    /// @param words language → its commonest words
    private record Table(String source, Map<String, List<String>> words) {}

    static Languages load() {
        return new Languages(Loaded.WORDS);
    }

    private static Map<String, List<String>> table() {
        try (InputStream in = Objects.requireNonNull(Languages.class.getResourceAsStream("languages.json"))) {
            return new TreeMap<>(
                    Json.read(in.readAllBytes(), Table.class, "languages.json").words());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read languages.json", e);
        }
    }

    /// The language or script; null when it is not clear.
    @Nullable
    String of(CharSequence text) {
        return of(text.toString().toCharArray(), text.length());
    }

    /// The same where the words of all that counts are known.
    @Nullable
    String of(Talk talk) {
        int letters = talk.letters();
        if (letters < FEWEST_LETTERS) return null;
        if ((letters - talk.otherLetters()) * 2 <= letters) return byScript(talk.scripts(), letters);
        byWord.count(talk.keys(), talk.count(), hits);
        return byWords(talk.whole());
    }

    /// The same of the first `length` characters.
    @Nullable
    String of(char[] text, int length) {
        int end = Math.min(length, ENOUGH_CHARACTERS);
        int otherLetters = 0;
        int latinLetters = 0;
        @Nullable Map<UnicodeScript, Integer> scripts = null;
        long key = 0;
        int found = 0;
        int width;
        for (int i = 0; i < end; i += width) {
            int c = text[i];
            width = 1;
            int letter = 0;
            if (c < ASCII) {
                letter = LETTERS[c];
            } else {
                c = Character.codePointAt(text, i, length);
                width = Character.charCount(c);
                if (Character.isLetter(c)) {
                    letter = Character.toLowerCase(c);
                    UnicodeScript script = UnicodeScript.of(c);
                    if (script != UnicodeScript.LATIN) {
                        otherLetters++;
                        if (scripts == null) scripts = new EnumMap<>(UnicodeScript.class);
                        scripts.merge(script, 1, Integer::sum);
                    }
                }
            }
            // without branches, because no processor foresees where words end
            int outside = (letter - 1) >> 31;
            latinLetters += 1 + outside;
            words[found] = key;
            found += (int) ((key | -key) >>> 63) & outside;
            key = WordKeys.next(key, letter) & ~outside;
        }
        int letters = latinLetters;
        latinLetters -= otherLetters;
        if (letters < FEWEST_LETTERS) return null;
        if (latinLetters * 2 <= letters) return scripts == null ? null : byScript(scripts, letters);
        words[found] = key;
        byWord.count(words, found + 1, hits);
        return byWords(found);
    }

    /// The language with the most hits, when it has at least half as many again as the next.
    private @Nullable String byWords(int count) {
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
                hits[best] >= FEWEST_HITS && hits[best] * WORDS_PER_HIT >= count && 2 * hits[best] >= 3 * hits[next];
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
