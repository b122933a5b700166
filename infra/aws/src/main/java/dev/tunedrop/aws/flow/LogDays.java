package dev.tunedrop.aws.flow;

import software.amazon.awscdk.services.logs.RetentionDays;

/// CloudWatch keeps logs for some numbers of days only.
public final class LogDays {

    private LogDays() {}

    public static RetentionDays of(int days) {
        return switch (days) {
            case 7 -> RetentionDays.ONE_WEEK;
            case 30 -> RetentionDays.ONE_MONTH;
            case 90 -> RetentionDays.THREE_MONTHS;
            case 365 -> RetentionDays.ONE_YEAR;
            default -> throw new IllegalArgumentException("logs are kept for 7, 30, 90 or 365 days, was " + days);
        };
    }
}
