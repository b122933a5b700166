package dev.tunedrop.functions.checks;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

import dev.tunedrop.functions.dataset.Findings;

/// Rows far longer or shorter than the rest, in characters.
///
/// Lengths are tallied on a scale of four steps to an octave. After Tukey, a row is an outlier when it lies more
/// than three quartile distances beyond the nearer quartile (on the logarithm, and never within a factor of eight
/// of it), and only where there are enough rows to speak of a rest.
final class LengthCheck implements RowCheck {

    static final int FEWEST_ROWS = 50;

    private static final int STEPS_PER_OCTAVE = 4;
    private static final int FENCE = 3;
    private static final int LEAST_FENCE = 3 * STEPS_PER_OCTAVE;
    private static final String KEY = "length/";

    /// The names of the steps, so that none is made for each row.
    private static final String[] STEPS = IntStream.range(0, Long.SIZE * STEPS_PER_OCTAVE)
            .mapToObj("%03d"::formatted)
            .toArray(String[]::new);

    @Override
    public void see(SeenRow row, Tallies tallies) {
        long characters = 0;
        for (Said said : row.said()) characters += said.text().length();
        tallies.add(KEY, STEPS[step(characters)], row.line());
    }

    static int step(long characters) {
        return (int) Math.floor(STEPS_PER_OCTAVE * Math.log(characters + 1.0) / Math.log(2));
    }

    @Override
    public void conclude(Tallies tallies, long rows, Findings findings) {
        if (rows < FEWEST_ROWS) return;
        TreeMap<Integer, Tally> steps = new TreeMap<>();
        tallies.under(KEY).forEach((step, tally) -> steps.put(Integer.parseInt(step), tally));
        int low = quantile(steps, rows / 4);
        int high = quantile(steps, rows - 1 - rows / 4);
        int fence = Math.max(LEAST_FENCE, FENCE * (high - low));
        for (Tally tally : steps.headMap(low - fence).values())
            Tallies.warn(
                    findings, tally, "length-short", "the row is far shorter than the rest", "Check that it is whole.");
        for (Tally tally : steps.tailMap(high + fence, false).values())
            Tallies.warn(
                    findings, tally, "length-long", "the row is far longer than the rest", "Check that it is one row.");
    }

    private static int quantile(Map<Integer, Tally> steps, long rank) {
        long seen = 0;
        int last = 0;
        for (Map.Entry<Integer, Tally> step : steps.entrySet()) {
            seen += step.getValue().rows();
            last = step.getKey();
            if (seen > rank) break;
        }
        return last;
    }
}
