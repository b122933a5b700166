package dev.tunedrop.functions.quote;

import java.math.BigDecimal;
import java.math.RoundingMode;

import dev.tunedrop.events.run.Range;
import dev.tunedrop.functions.quote.Catalogue.Instance;
import dev.tunedrop.functions.quote.Catalogue.Speed;
import dev.tunedrop.functions.quote.Catalogue.Spot;

/// What an hour of training on an instance costs, work that is lost to interruptions included: dollars = hours x this.
record Rate(BigDecimal lowPerHour, BigDecimal expectedPerHour, BigDecimal highPerHour) {

    private static final BigDecimal SECONDS_PER_HOUR = new BigDecimal(3600);

    static Rate of(Instance instance, boolean spot, Speed speed) {
        Spot price = instance.spot();
        if (!spot || price == null)
            return new Rate(
                    instance.onDemandUsdPerHour(), instance.onDemandUsdPerHour(), instance.onDemandUsdPerHour());
        BigDecimal middle = price.lowUsdPerHour().add(price.highUsdPerHour()).multiply(new BigDecimal("0.5"));
        return new Rate(
                price.lowUsdPerHour(),
                middle.multiply(BigDecimal.valueOf(1 + speed.lostToInterruptionsExpected())),
                price.highUsdPerHour().multiply(BigDecimal.valueOf(1 + speed.lostToInterruptionsHigh())));
    }

    Range usd(Range seconds) {
        return new Range(
                usd(seconds.low(), lowPerHour),
                usd(seconds.expected(), expectedPerHour),
                usd(seconds.high(), highPerHour));
    }

    private static BigDecimal usd(BigDecimal seconds, BigDecimal perHour) {
        return seconds.multiply(perHour).divide(SECONDS_PER_HOUR, 4, RoundingMode.UP);
    }

    /// How long a sum lasts at the expected price.
    double seconds(BigDecimal usd) {
        return usd.doubleValue() * SECONDS_PER_HOUR.doubleValue() / expectedPerHour.doubleValue();
    }
}
