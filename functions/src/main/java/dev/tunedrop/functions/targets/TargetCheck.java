package dev.tunedrop.functions.targets;

import java.util.List;
import java.util.Objects;

import dev.tunedrop.functions.checks.RowCheck;
import dev.tunedrop.functions.checks.SeenRow;
import dev.tunedrop.functions.checks.Tallies;
import dev.tunedrop.functions.dataset.Findings;

/// Tallies the rules that look at a row's text: `target/<rule id>`. What follows from them is for [Verdicts] to say.
public final class TargetCheck implements RowCheck {

    static final String KEY = "target/";

    private final List<Rule> lengths;
    private final List<Rule> words;
    private final SeldomWords seldom;

    public TargetCheck(Targets targets) {
        this.lengths = targets.of(Rule.Kind.ROW_TOKENS_MAX);
        this.words = targets.of(Rule.Kind.WORDS);
        this.seldom = new SeldomWords(
                words.stream().map(rule -> Objects.requireNonNull(rule.words())).toList());
    }

    @Override
    public void see(SeenRow row, Tallies tallies) {
        long tokens = TokenEstimate.of(row);
        for (Rule rule : lengths) if (tokens > rule.limitOrZero()) tallies.add(KEY, rule.id(), row.line());
        long found = 0;
        for (int i = 0; i < row.said().size(); i++) found |= seldom.in(row, i);
        for (long rest = found; rest != 0; rest &= rest - 1)
            tallies.add(KEY, words.get(Long.numberOfTrailingZeros(rest)).id(), row.line());
    }

    @Override
    public void conclude(Tallies tallies, long rows, Findings findings) {}
}
