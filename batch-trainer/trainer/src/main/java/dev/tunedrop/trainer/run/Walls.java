package dev.tunedrop.trainer.run;

import java.math.BigDecimal;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.run.RunSettings;

/// The walls that settings put up for a run: time, and money at the machine's rate.
public final class Walls {

    /// Names the rate, in US dollars an hour, among a process's settings.
    public static final String RATE = "TUNEDROP_USD_PER_HOUR";

    private Walls() {}

    /// @param usdPerHour absent when nobody told what the machine costs
    /// @throws UserMistake when a wall of money has no rate: without it the run would spend without end
    public static void set(StopSignals stop, RunSettings settings, @Nullable BigDecimal usdPerHour) {
        Integer seconds = settings.maxSeconds();
        if (seconds != null) stop.wall(Duration.ofSeconds(seconds));
        BigDecimal usd = settings.wallUsd();
        if (usd == null) return;
        if (usdPerHour == null)
            throw new UserMistake("wallUsd is %s and nobody told what this machine costs. Set %s, or use maxSeconds."
                    .formatted(usd.toPlainString(), RATE));
        stop.wall(usd, usdPerHour);
    }

    /// @throws UserMistake when it is no amount
    public static BigDecimal rate(String text) {
        try {
            return new BigDecimal(text.strip());
        } catch (NumberFormatException e) {
            throw new UserMistake("%s is \"%s\". Give an amount such as 1.25.".formatted(RATE, text), e);
        }
    }
}
