package dev.tunedrop.text;

import java.util.Arrays;
import java.util.function.Function;

/// Turns a growing sequence of token ids into text, piece by piece, as streaming needs it.
///
/// A character may take several tokens, so text is held back until it is whole: what [#add] and [#finish] return, put
/// together, is the text of all ids. Each call decodes only the few ids since the last whole piece.
public final class Decoder {

    private static final char UNFINISHED = '\uFFFD';

    private final Function<int[], String> decode;
    private int[] ids = new int[64];
    private int size;
    private int pieceStart;
    private int emitted;

    Decoder(Function<int[], String> decode) {
        this.decode = decode;
    }

    /// Takes the next id; returns the text that became certain, often one word, sometimes nothing.
    public String add(int id) {
        if (size == ids.length) ids = Arrays.copyOf(ids, size * 2);
        ids[size++] = id;
        String before = decode.apply(Arrays.copyOfRange(ids, pieceStart, emitted));
        String now = decode.apply(Arrays.copyOfRange(ids, pieceStart, size));
        if (now.length() <= before.length() || now.charAt(now.length() - 1) == UNFINISHED) return "";
        pieceStart = emitted;
        emitted = size;
        return now.substring(before.length());
    }

    /// Returns what was still held back, such as half a character the model never finished.
    public String finish() {
        String before = decode.apply(Arrays.copyOfRange(ids, pieceStart, emitted));
        String now = decode.apply(Arrays.copyOfRange(ids, pieceStart, size));
        pieceStart = emitted;
        emitted = size;
        return now.length() > before.length() ? now.substring(before.length()) : "";
    }
}
