package dev.tunedrop.functions.checks.personal;

import java.util.List;
import java.util.function.IntPredicate;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.functions.checks.scan.TextFacts;
import dev.tunedrop.functions.checks.scan.TextScan;

/// Which kinds a text may hold by what a scan of it found: one bit a kind, for each fact those that it does not
/// exclude.
final class PossibleKinds {

    /// Longer numbers, runs and more separators exclude nothing more.
    private static final int MOST = 64;

    private final long[] byDigits;
    private final long[] bySeparators;
    private final long[] byRun;
    private final long fewInARow;
    private final long shortWords;
    private final long noRule;
    private final String marks;
    private final long[] withoutMark;

    PossibleKinds(List<PersonalData.Kind> kinds) {
        if (kinds.size() > Long.SIZE) throw new IllegalArgumentException("at most 64 kinds are looked for");
        byDigits = upTo(kinds, (kind, digits) -> orZero(kind.digits()) <= digits);
        bySeparators = upTo(kinds, (kind, separators) -> orZero(kind.separators()) <= separators);
        byRun = upTo(kinds, (kind, run) -> TextFacts.mayRun(run, orZero(kind.run())));
        fewInARow = those(kinds, k -> orZero(kinds.get(k).row()) < TextScan.LONG_NUMBER);
        shortWords = those(kinds, k -> orZero(kinds.get(k).word()) < TextScan.LONG_WORD);
        noRule = those(kinds, k -> !needs(kinds.get(k)).contains("-".repeat(TextScan.RULE)));
        StringBuilder asked = new StringBuilder();
        for (char mark : TextScan.MARKS.toCharArray())
            if (kinds.stream().anyMatch(kind -> needs(kind).contains(Character.toString(mark)))) asked.append(mark);
        marks = asked.toString();
        withoutMark = new long[marks.length()];
        for (int m = 0; m < withoutMark.length; m++) {
            String mark = marks.substring(m, m + 1);
            withoutMark[m] = those(kinds, k -> !needs(kinds.get(k)).contains(mark));
        }
    }

    @FunctionalInterface
    private interface Enough {
        boolean test(PersonalData.Kind kind, int most);
    }

    private static long[] upTo(List<PersonalData.Kind> kinds, Enough enough) {
        long[] masks = new long[MOST + 1];
        for (int most = 0; most <= MOST; most++) {
            int there = most;
            masks[most] = those(kinds, k -> enough.test(kinds.get(k), there));
        }
        return masks;
    }

    private static long those(List<PersonalData.Kind> kinds, IntPredicate which) {
        long mask = 0;
        for (int k = 0; k < kinds.size(); k++) if (which.test(k)) mask |= 1L << k;
        return mask;
    }

    private static int orZero(@Nullable Integer number) {
        return number == null ? 0 : number;
    }

    private static String needs(PersonalData.Kind kind) {
        return kind.needs() == null ? "" : kind.needs();
    }

    /// The kinds as bits, the first the lowest.
    long in(TextFacts facts) {
        long kinds = byDigits[Math.min(MOST, facts.longestNumber())]
                & bySeparators[Math.min(MOST, facts.mostSeparators())]
                & byRun[Math.min(MOST, facts.unbroken())];
        if (!facts.digitRow()) kinds &= fewInARow;
        if (!facts.longWord()) kinds &= shortWords;
        if (!facts.rule()) kinds &= noRule;
        for (int m = 0; m < withoutMark.length; m++) if (!facts.has(marks.charAt(m))) kinds &= withoutMark[m];
        return kinds;
    }
}
