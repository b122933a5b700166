package dev.tunedrop.functions.page;

import java.math.BigDecimal;
import java.util.Locale;

/// Figures as people say them.
public final class Spoken {

    private static final double MINUTE = 60;
    private static final double HOUR = 60 * MINUTE;
    private static final double DAY = 24 * HOUR;
    private static final double MANY = 1.5;

    private Spoken() {}

    /// In the largest unit of which it has more than one and a half.
    public static String time(BigDecimal seconds) {
        double s = seconds.doubleValue();
        if (s < MANY * MINUTE) return String.format(Locale.ROOT, "%.0f s", s);
        if (s < MANY * HOUR) return String.format(Locale.ROOT, "%.0f min", s / MINUTE);
        if (s < MANY * DAY) return String.format(Locale.ROOT, "%.1f h", s / HOUR);
        return String.format(Locale.ROOT, "%.1f days", s / DAY);
    }
}
