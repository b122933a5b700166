package dev.tunedrop.functions.checks.sketch;

import dev.tunedrop.functions.dataset.Row;

/// What is kept of a row to find it again: sums, from which no text can be had back.
///
/// @param content sum of the whole row
/// @param questionHigh first half of the sum of what stands before the last trained answer
/// @param questionLow its second half
/// @param answer sum of that answer; 0 where it is short or there is no question apart from it
/// @param words how many words are compared; 0 where they are too few
/// @param signature of those words, see [MinHash]
@SuppressWarnings("ArrayRecordComponent") // handed over, never shared
public record RowSketch(
        long line, long content, long questionHigh, long questionLow, long answer, int words, short[] signature) {

    /// Labels and stock phrases are shorter.
    static final int LONG_ANSWER = 40;

    /// @param content SHA-256 in hex
    /// @param question likewise
    public static RowSketch of(long line, Row row, String content, String question) {
        Words words = new Words();
        read(row, words);
        boolean compared = words.count() >= MinHash.FEWEST_WORDS;
        return new RowSketch(
                line,
                part(content, 0),
                part(question, 0),
                part(question, 1),
                answer(row),
                compared ? words.count() : 0,
                compared ? MinHash.of(words) : new short[MinHash.PLACES]);
    }

    private static void read(Row row, Words words) {
        switch (row) {
            case Row.Chat chat -> read(chat.messages(), words);
            case Row.Completion pair -> read(pair.asChat().messages(), words);
            case Row.Preference pair -> {
                read(pair.chosenChat().messages(), words);
                read(pair.rejected(), words);
            }
            case Row.Text text -> words.read(text.text());
            case Row.Labelled labelled -> words.read(labelled.text());
        }
    }

    /// Instructions are left out: rows that share nothing else are not alike.
    private static void read(Iterable<Row.Message> messages, Words words) {
        for (Row.Message message : messages) {
            if (message.role().equals(Row.Message.SYSTEM)) continue;
            words.read(message.content());
            for (Row.ToolCall call : message.toolCalls()) words.read(call.arguments());
        }
    }

    private static long answer(Row row) {
        return switch (row) {
            case Row.Chat chat -> sum(chat.answer());
            case Row.Completion pair -> sum(pair.answer());
            case Row.Preference pair -> sum(pair.answer());
            case Row.Text none -> 0;
            case Row.Labelled none -> 0;
        };
    }

    private static long sum(String answer) {
        if (answer.length() < LONG_ANSWER) return 0;
        long hash = 0;
        for (int i = 0; i < answer.length(); i++) hash = Words.mix(hash * 31 + answer.charAt(i));
        return hash;
    }

    private static long part(String sha256, int half) {
        return Long.parseUnsignedLong(sha256, 16 * half, 16 * half + 16, 16);
    }
}
