package dev.tunedrop.functions.targets;

import java.util.List;
import java.util.Objects;

import dev.tunedrop.functions.checks.RowCheck;
import dev.tunedrop.functions.checks.Said;
import dev.tunedrop.functions.checks.Tallies;
import dev.tunedrop.functions.dataset.Findings;
import dev.tunedrop.functions.dataset.Row;

/// Tallies the rules that look at a row's text: `target/<rule id>`. What follows from them is for [Verdicts] to say.
public final class TargetCheck implements RowCheck {

    static final String KEY = "target/";

    private final List<Rule> lengths;
    private final List<Rule> words;

    public TargetCheck(Targets targets) {
        this.lengths = targets.of(Rule.Kind.ROW_TOKENS_MAX);
        this.words = targets.of(Rule.Kind.WORDS);
    }

    @Override
    public void see(long line, Row row, Tallies tallies) {
        List<Said> said = Said.in(row);
        long tokens = TokenEstimate.of(said);
        for (Rule rule : lengths) if (tokens > rule.limitOrZero()) tallies.add(KEY + rule.id(), line);
        for (Rule rule : words) if (hasOne(said, rule)) tallies.add(KEY + rule.id(), line);
    }

    private static boolean hasOne(List<Said> said, Rule rule) {
        for (String word : Objects.requireNonNull(rule.words()))
            for (Said one : said) if (one.text().contains(word)) return true;
        return false;
    }

    @Override
    public void conclude(Tallies tallies, long rows, Findings findings) {}
}
