package dev.tunedrop.functions.quote;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Quote.TradeOffs;

/// Facts that age: what models, machines and services are there and what they cost. Each row says where it is from and
/// of which day; a fact that was not found is left out, with the reason under its name in `absent`.
public record Catalogue(
        Table<Base> bases,
        Table<Managed> managed,
        Table<Instance> instances,
        Table<Serving> serving,
        Table<Serverless> serverless,
        Table<Speed> speeds,
        Table<TradeOff> tradeOffs) {

    static final String DPO = "dpo";

    /// A fact with its origin.
    public sealed interface Row {
        String source();

        LocalDate asOf();

        /// Figures of the row that no source confirms.
        default List<String> unconfirmed() {
            return List.of();
        }
    }

    /// Rows of one kind.
    ///
    /// @param name of its file
    /// @param staleAfterDays how long a row may be relied on
    /// @param region whose prices they are; absent where they have none
    public record Table<T extends Row>(
            String name, int staleAfterDays, @Nullable String region, List<T> rows) {
        public Table {
            rows = List.copyOf(rows);
        }

        public LocalDate oldest() {
            return rows.stream().map(Row::asOf).min(Comparator.naturalOrder()).orElse(LocalDate.MAX);
        }

        public boolean stale(LocalDate today) {
            return rows.stream().anyMatch(row -> stale(row.asOf(), today));
        }

        public boolean stale(LocalDate asOf, LocalDate today) {
            return asOf.plusDays(staleAfterDays).isBefore(today);
        }
    }

    /// A base model that our own trainer may start from.
    ///
    /// @param config its `config.json`, as far as sizes go
    /// @param commercialUse absent: not known
    /// @param endOfLife absent where the weights are in our hands
    public record Base(
            String id,
            String repository,
            String architecture,
            JsonNode config,
            String licence,
            @Nullable Boolean commercialUse,
            @Nullable String commercialNote,
            @Nullable LocalDate endOfLife,
            Map<String, String> absent,
            String source,
            LocalDate asOf)
            implements Row {

        BaseFacts facts() {
            return BaseFacts.read(id, config);
        }
    }

    /// A model that a service tunes.
    ///
    /// @param target what the dataset's report calls the service; absent: it has no rules for it
    /// @param dpoTarget the same for preference pairs, where that is another
    /// @param methods `sft`, `dpo`
    /// @param insideAccount whether data stays within the account that runs the pipeline
    /// @param regions where it is offered; empty: anywhere
    /// @param base the same weights in `bases`
    /// @param trainingUsdPerMillion for a million tokens and epoch
    /// @param dpoUsdPerMillion the same for preference pairs, where it differs
    /// @param unverified figures that no source confirms
    /// @param priceList where the service tells its prices
    public record Managed(
            String provider,
            String model,
            String title,
            @Nullable String target,
            @Nullable String dpoTarget,
            List<String> methods,
            boolean insideAccount,
            List<String> regions,
            String licence,
            @Nullable String base,
            @Nullable BigDecimal trainingUsdPerMillion,
            @Nullable BigDecimal dpoUsdPerMillion,
            @Nullable BigDecimal minimumUsd,
            @Nullable BigDecimal inputUsdPerMillion,
            @Nullable BigDecimal outputUsdPerMillion,
            @Nullable BigDecimal hostingUsdPerHour,
            @Nullable BigDecimal storageUsdPerMonth,
            @Nullable LocalDate endOfLife,
            List<String> risks,
            @Nullable List<String> unverified,
            Map<String, String> absent,
            @Nullable String priceList,
            String source,
            LocalDate asOf)
            implements Row {

        public Managed {
            methods = List.copyOf(methods);
            regions = List.copyOf(regions);
            risks = List.copyOf(risks);
        }

        public String route() {
            return provider + "/" + model;
        }

        /// What a million tokens cost by a method; absent: not known.
        @Nullable
        BigDecimal usdPerMillion(String method) {
            if (!method.equals(DPO)) return trainingUsdPerMillion;
            if (dpoUsdPerMillion != null) return dpoUsdPerMillion;
            return absent.containsKey("dpoUsdPerMillion") ? null : trainingUsdPerMillion;
        }

        @Nullable
        String target(String method) {
            return method.equals(DPO) && dpoTarget != null ? dpoTarget : target;
        }

        /// Why it is not known.
        String noPrice(String method) {
            String reason = method.equals(DPO) ? absent.get("dpoUsdPerMillion") : null;
            return reason == null ? absent.getOrDefault("trainingUsdPerMillion", "no price is known") : reason;
        }

        @Override
        public List<String> unconfirmed() {
            return unverified == null ? List.of() : unverified;
        }
    }

    /// A machine to train on. The trainer uses one of its GPUs.
    ///
    /// @param gpuMemoryMiB of one GPU
    /// @param bf16Tflops dense, of one GPU
    /// @param spot over the region's zones
    public record Instance(
            String type,
            String gpu,
            int gpus,
            int gpuMemoryMiB,
            @Nullable Integer vcpus,
            @Nullable BigDecimal bf16Tflops,
            BigDecimal onDemandUsdPerHour,
            @Nullable Spot spot,
            Map<String, String> absent,
            String source,
            LocalDate asOf)
            implements Row {}

    public record Spot(BigDecimal lowUsdPerHour, BigDecimal highUsdPerHour) {}

    /// A machine behind an endpoint of our own, which uses one of its GPUs.
    ///
    /// @param memoryMiB of one GPU
    /// @param bf16Tflops dense, of one GPU
    /// @param unverified figures that no source confirms
    public record Serving(
            String type,
            String gpu,
            int memoryMiB,
            BigDecimal bf16Tflops,
            BigDecimal usdPerHour,
            @Nullable List<String> unverified,
            String source,
            LocalDate asOf)
            implements Row {

        @Override
        public List<String> unconfirmed() {
            return unverified == null ? List.of() : unverified;
        }
    }

    /// What the pipeline around the training is made of.
    ///
    /// @param per how many units the price is for
    public record Serverless(String item, BigDecimal usd, BigDecimal per, String unit, String source, LocalDate asOf)
            implements Row {}

    /// What share of a device's peak a run reaches, or how many tokens a second a service trains, and how long it takes
    /// to
    /// start: low is the best case.
    public record Speed(
            String device,
            double low,
            double expected,
            double high,
            double startSecondsLow,
            double startSecondsExpected,
            double startSecondsHigh,
            double lostToInterruptionsExpected,
            double lostToInterruptionsHigh,
            String source,
            LocalDate asOf)
            implements Row {}

    public record TradeOff(
            String provider,
            String customisation,
            String privacy,
            String control,
            String transparency,
            String upFrontCost,
            String costAtScale,
            String operations,
            String quality,
            String source,
            LocalDate asOf)
            implements Row {

        TradeOffs tradeOffs() {
            return new TradeOffs(
                    customisation, privacy, control, transparency, upFrontCost, costAtScale, operations, quality);
        }
    }

    public static Catalogue load() {
        return CatalogueFiles.load(name -> Optional.empty());
    }

    public List<Table<?>> tables() {
        return List.of(bases, managed, instances, serving, serverless, speeds, tradeOffs);
    }

    /// The day of the oldest price.
    public LocalDate oldestPrice() {
        return java.util.stream.Stream.of(managed, instances, serving)
                .map(Table::oldest)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /// The base of this name, else the one whose sizes these are: weights keep their licence under another name.
    Optional<Base> base(BaseFacts facts) {
        String name = facts.name().toLowerCase(Locale.ROOT);
        Optional<Base> named =
                bases.rows().stream().filter(base -> base.id().equals(name)).findFirst();
        return named.isPresent()
                ? named
                : bases.rows().stream()
                        .filter(base -> base.facts().sameSizes(facts))
                        .findFirst();
    }

    Speed speed(String device) {
        return speeds.rows().stream()
                .filter(speed -> speed.device().equals(device))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("speeds.json has no row for " + device));
    }

    BigDecimal serverlessUsd(String item, long units) {
        return serverless.rows().stream()
                .filter(row -> row.item().equals(item))
                .findFirst()
                .map(row ->
                        row.usd().multiply(BigDecimal.valueOf(units)).divide(row.per(), 8, java.math.RoundingMode.UP))
                .orElseThrow(() -> new IllegalStateException("serverless.json has no row for " + item));
    }
}
