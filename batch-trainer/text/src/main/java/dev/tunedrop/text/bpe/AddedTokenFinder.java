package dev.tunedrop.text.bpe;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Finds added tokens in text: the leftmost, of those the longest, then on after its end.
final class AddedTokenFinder {

    private static final int NOTHING = -1;

    /// Where a token was found, white space it takes along included.
    record Match(int id, int start, int end) {}

    private final List<AddedToken> tokens;
    private final Map<Integer, Integer> edges = new HashMap<>();
    private final boolean[] firstBytes = new boolean[256];
    private final int[] tokenAt;

    /// @param contents the tokens' texts, as they are looked for
    AddedTokenFinder(List<AddedToken> tokens, List<String> contents) {
        this.tokens = List.copyOf(tokens);
        List<Integer> found = new ArrayList<>(List.of(NOTHING));
        for (int t = 0; t < tokens.size(); t++) {
            byte[] bytes = contents.get(t).getBytes(StandardCharsets.UTF_8);
            if (bytes.length == 0) continue;
            firstBytes[bytes[0] & 0xff] = true;
            int node = 0;
            for (byte b : bytes) {
                Integer child = edges.get(edge(node, b));
                if (child == null) {
                    child = found.size();
                    found.add(NOTHING);
                    edges.put(edge(node, b), child);
                }
                node = child;
            }
            found.set(node, t);
        }
        this.tokenAt = found.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int edge(int node, byte b) {
        return (node << 8) | (b & 0xff);
    }

    boolean empty() {
        return edges.isEmpty();
    }

    /// The first token in `bytes[at, limit)`, or null.
    ///
    /// @param from where the text begins, for looking at what stands before
    /// @param taken the end of the match before; white space is taken along no further back
    @org.jspecify.annotations.Nullable
    Match next(byte[] bytes, int from, int at, int taken, int limit) {
        for (int start = at; start < limit; start++) {
            if (!firstBytes[bytes[start] & 0xff]) continue;
            int token = NOTHING;
            int end = start;
            int node = 0;
            for (int i = start; i < limit; i++) {
                Integer child = edges.get(edge(node, bytes[i]));
                if (child == null) break;
                node = child;
                if (tokenAt[node] == NOTHING) continue;
                token = tokenAt[node];
                end = i + 1;
            }
            if (token == NOTHING) continue;
            AddedToken found = tokens.get(token);
            if (found.singleWord() && !standsAlone(bytes, from, start, end, limit)) {
                start = end - 1;
                continue;
            }
            int first = found.leftStrip() ? Math.max(taken, blanksBefore(bytes, from, start)) : start;
            int last = found.rightStrip() ? blanksAfter(bytes, end, limit) : end;
            return new Match(found.id(), first, last);
        }
        return null;
    }

    private static boolean standsAlone(byte[] bytes, int from, int start, int end, int limit) {
        boolean before = start == from || !CharacterClasses.wordCharacter(pointBefore(bytes, from, start));
        boolean after = end == limit || !CharacterClasses.wordCharacter(pointAt(bytes, end, limit));
        return before && after;
    }

    /// Where the white space that ends at `at` begins.
    static int blanksBefore(byte[] bytes, int from, int at) {
        int start = at;
        while (start > from && CharacterClasses.whiteSpace(pointBefore(bytes, from, start)))
            start = characterBefore(bytes, from, start);
        return start;
    }

    /// Where the white space that begins at `at` ends.
    static int blanksAfter(byte[] bytes, int at, int limit) {
        int end = at;
        while (end < limit && CharacterClasses.whiteSpace(pointAt(bytes, end, limit)))
            end = characterAfter(bytes, end, limit);
        return end;
    }

    private static int characterBefore(byte[] bytes, int from, int at) {
        int start = at - 1;
        while (start > from && (bytes[start] & 0xc0) == 0x80) start--;
        return start;
    }

    private static int characterAfter(byte[] bytes, int at, int limit) {
        int end = at + 1;
        while (end < limit && (bytes[end] & 0xc0) == 0x80) end++;
        return end;
    }

    private static int pointBefore(byte[] bytes, int from, int at) {
        return point(bytes, characterBefore(bytes, from, at), at);
    }

    private static int pointAt(byte[] bytes, int at, int limit) {
        return point(bytes, at, characterAfter(bytes, at, limit));
    }

    private static int point(byte[] bytes, int from, int to) {
        return new String(Arrays.copyOfRange(bytes, from, to), StandardCharsets.UTF_8).codePointAt(0);
    }
}
