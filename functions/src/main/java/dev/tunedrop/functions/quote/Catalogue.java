package dev.tunedrop.functions.quote;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;

/// Machines that can be rented, with prices as of a day.
///
/// @param asOf the prices' day
/// @param staleAfterDays how long they may be relied on
public record Catalogue(
        LocalDate asOf, int staleAfterDays, String region, List<String> sources, List<Instance> instances) {

    public Catalogue {
        sources = List.copyOf(sources);
        instances = List.copyOf(instances);
    }

    /// One instance type. The trainer uses one of its GPUs.
    ///
    /// @param gpuMemoryMiB of one GPU
    /// @param bf16Tflops dense, of one GPU, after its maker's data sheet; absent where it has no bf16
    /// @param spot seen over the region's zones; absent where none was seen
    /// @param hostingUsdPerHour of the same machine behind an endpoint; absent where not known
    public record Instance(
            String type,
            String gpu,
            int gpus,
            int gpuMemoryMiB,
            @Nullable BigDecimal bf16Tflops,
            BigDecimal onDemandUsdPerHour,
            @Nullable Spot spot,
            @Nullable BigDecimal hostingUsdPerHour) {}

    public record Spot(BigDecimal lowUsdPerHour, BigDecimal highUsdPerHour) {}

    public boolean stale(LocalDate today) {
        return asOf.plusDays(staleAfterDays).isBefore(today);
    }

    public static Catalogue load() {
        try (InputStream in = Objects.requireNonNull(Catalogue.class.getResourceAsStream("instances.json"))) {
            return Json.read(in.readAllBytes(), Catalogue.class, "instances.json");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read instances.json", e);
        }
    }
}
