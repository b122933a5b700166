package dev.tunedrop.local.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Range;

/// Figures as people read them. Absent ones are a dash.
final class Figures {

    private static final String ABSENT = "-";
    private static final long KIB = 1024;

    private Figures() {}

    static String usd(@Nullable BigDecimal amount) {
        if (amount == null) return ABSENT;
        boolean tiny = amount.signum() != 0 && amount.abs().compareTo(new BigDecimal("0.01")) < 0;
        return "$" + amount.setScale(tiny ? 4 : 2, RoundingMode.HALF_UP);
    }

    /// Expected first, then low to high.
    static String usd(@Nullable Range range) {
        if (range == null) return ABSENT;
        return usd(range.expected()) + " (" + usd(range.low()) + " to " + usd(range.high()) + ")";
    }

    static String seconds(@Nullable Range range) {
        if (range == null) return ABSENT;
        return duration(range.expected().doubleValue()) + " ("
                + duration(range.low().doubleValue()) + " to "
                + duration(range.high().doubleValue()) + ")";
    }

    static String duration(Duration duration) {
        return duration(duration.toMillis() / 1000.0);
    }

    /// Two units at most: `0.4s`, `48s`, `3m 20s`, `2h 5m`, `3d 4h`.
    static String duration(double seconds) {
        if (!Double.isFinite(seconds)) return ABSENT;
        double s = Math.max(0, seconds);
        if (s < 9.95) return String.format(Locale.ROOT, "%.1fs", s);
        long whole = Math.round(s);
        if (whole < 60) return whole + "s";
        if (whole < 3600) return whole / 60 + "m " + whole % 60 + "s";
        if (whole < 86_400) return whole / 3600 + "h " + whole % 3600 / 60 + "m";
        return whole / 86_400 + "d " + whole % 86_400 / 3600 + "h";
    }

    static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    static String count(long n, String one) {
        return count(n) + " " + (n == 1 ? one : one + "s");
    }

    static String bytes(long n) {
        if (n < KIB) return n + " B";
        double value = n;
        String unit = "B";
        for (String next : new String[] {"KiB", "MiB", "GiB", "TiB"}) {
            if (value < KIB) break;
            value /= KIB;
            unit = next;
        }
        return String.format(Locale.ROOT, "%.1f %s", value, unit);
    }

    static String loss(@Nullable Double loss) {
        return loss == null ? ABSENT : String.format(Locale.ROOT, "%.4f", loss);
    }

    static String memory(@Nullable BigDecimal needed, @Nullable BigDecimal there) {
        if (needed == null) return ABSENT;
        String need = needed.setScale(1, RoundingMode.HALF_UP) + "";
        return there == null ? need + " GiB" : need + " of " + there.setScale(0, RoundingMode.HALF_UP) + " GiB";
    }
}
