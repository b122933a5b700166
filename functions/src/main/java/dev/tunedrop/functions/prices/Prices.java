package dev.tunedrop.functions.prices;

import java.math.BigDecimal;
import java.util.Optional;

/// What machines cost now.
public interface Prices extends AutoCloseable {

    /// An hour of Linux on demand; empty where the type is not offered.
    Optional<BigDecimal> onDemandUsdPerHour(String instanceType);

    /// Over the region's zones in the last day; empty where none was seen.
    Optional<SpotRange> spot(String instanceType);

    @Override
    void close();

    record SpotRange(BigDecimal lowUsdPerHour, BigDecimal highUsdPerHour) {}
}
