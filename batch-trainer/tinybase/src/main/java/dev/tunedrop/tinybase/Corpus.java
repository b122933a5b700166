package dev.tunedrop.tinybase;

import java.util.List;
import java.util.Locale;
import java.util.Random;

/// Generated documents: chats and prose, each drawn from the base's grammar. The same seed gives the same text on every
/// machine ([java.util.Random] is specified to the bit).
final class Corpus {

    private final Grammar grammar = Grammar.resources("words.grammar", "base.grammar");
    private final Random random;

    Corpus(long seed) {
        this.random = new Random(seed);
    }

    /// The next document. Short ones come up again and again, which is how a fact is learnt.
    List<Turn> next() {
        String text = grammar.draw("document", random);
        return Turn.parse(text).stream().map(this::asTyped).toList();
    }

    /// People do not always use capitals and full stops; the assistant does.
    private Turn asTyped(Turn turn) {
        if (!turn.role().equals("user") || random.nextInt(8) != 0) return turn;
        String text = turn.text().toLowerCase(Locale.ROOT);
        boolean bare = random.nextBoolean() && text.matches(".*[.?!]");
        return new Turn(turn.role(), bare ? text.substring(0, text.length() - 1) : text);
    }
}
