package dev.tunedrop.functions.checks;

import dev.tunedrop.functions.checks.scan.Marks;
import dev.tunedrop.functions.checks.scan.Talk;
import dev.tunedrop.functions.checks.scan.TextFacts;
import dev.tunedrop.functions.checks.scan.TextScan;
import dev.tunedrop.functions.checks.sketch.Words;

/// What several checks need of a row's text, collected while each thing said is scanned once: words, those that tell
/// the language, and the places of rare punctuation. Belongs to one thread and to one row at a time.
final class RowText {

    private final TextScan scan = new TextScan();
    private final Words words = new Words();
    private final Talk talk = new Talk(Languages.ENOUGH_CHARACTERS);
    private final Marks marks = new Marks();

    void clear() {
        words.clear();
        talk.clear();
        marks.clear();
    }

    /// @param characters of the text in UTF-16
    /// @param compared whether its words count for the row; an instruction's do not
    TextFacts read(byte[] utf8, int characters, boolean compared) {
        scan.over(utf8);
        if (compared) words.read(utf8, characters, scan, talk);
        marks.add(scan);
        return scan.facts();
    }

    /// Gives back what only an unusually long row needed; nothing of the row is known any more.
    void release() {
        words.release();
    }

    Words words() {
        return words;
    }

    Talk talk() {
        return talk;
    }

    Marks marks() {
        return marks;
    }
}
