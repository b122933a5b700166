package dev.tunedrop.tinybase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

final class GrammarTest {

    @Test
    void aNamedSlotSaysTheSameAgainAndTwoNamesDiffer() {
        Grammar grammar = Grammar.parse("== top\n{thing@a} {thing@a} {thing@b}\n== thing\nlamp\ntent\n");
        for (int seed = 0; seed < 50; seed++) {
            String[] words = grammar.draw("top", new Random(seed)).split(" ");
            assertThat(words[0]).isEqualTo(words[1]).isNotEqualTo(words[2]);
        }
    }

    @Test
    void fieldsOfOneDrawBelongTogether() {
        Grammar grammar = Grammar.parse("== top\n{pair@x.0} is not {pair@x.1}\n== pair\nhot ~ cold\nbig ~ small\n");
        Set<String> drawn = new TreeSet<>();
        for (int seed = 0; seed < 50; seed++) drawn.add(grammar.draw("top", new Random(seed)));
        assertThat(drawn).containsExactly("big is not small", "hot is not cold");
    }

    @Test
    void weightsAndChoicesAreDrawnAndEmptyLinesAreWays() {
        Grammar grammar = Grammar.parse("== top\n3* (a|b)\n2*\n");
        assertThat(grammar.ways("top")).isEqualTo(5);
        Set<String> drawn = new TreeSet<>();
        for (int seed = 0; seed < 100; seed++) drawn.add(grammar.draw("top", new Random(seed)));
        assertThat(drawn).containsExactly("", "a", "b");
    }

    @Test
    void aRuleThatDoesNotExistIsRefusedWhenTheGrammarIsRead() {
        assertThatThrownBy(() -> Grammar.parse("== top\n{nothing}\n")).hasMessageContaining("nothing");
    }

    @Test
    void sentencesAreMended() {
        assertThat(Grammar.polish("  a  umbrella , a user and a hour. it works !"))
                .isEqualTo("An umbrella, a user and a hour. It works!");
    }
}
