package dev.tunedrop.events.run;

import java.math.BigDecimal;

/// An estimate as three figures of one unit, low ≤ expected ≤ high.
public record Range(BigDecimal low, BigDecimal expected, BigDecimal high) {

    public Range {
        if (low.compareTo(expected) > 0 || expected.compareTo(high) > 0)
            throw new IllegalArgumentException(
                    "must rise from low to high, was %s, %s, %s".formatted(low, expected, high));
    }
}
