package dev.tunedrop.functions.prices;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;

/// The catalogue's `instances.json` with prices of today. What AWS does not tell of a row keeps its old figure, source
/// and day, so that it goes stale as it should.
///
/// @param table the new file
/// @param changes one line for each row: what moved, or why it was left
public record RefreshedInstances(JsonNode table, List<String> changes) {

    private static final String SPOT_SOURCE =
            "; spot: DescribeSpotPriceHistory, lowest and highest zone of the last day";
    private static final String SPEED = "; bf16: NVIDIA data sheet, dense";

    public RefreshedInstances {
        changes = List.copyOf(changes);
    }

    public static RefreshedInstances of(byte[] shipped, String region, Prices prices, LocalDate today) {
        JsonNode table = Json.tree(shipped, "instances.json");
        List<String> changes = new ArrayList<>();
        if (table instanceof ObjectNode file) file.put("region", region);
        for (JsonNode row : table.path("rows"))
            if (row instanceof ObjectNode object) changes.add(refresh(object, prices, region, today));
        return new RefreshedInstances(table, changes);
    }

    private static String refresh(ObjectNode row, Prices prices, String region, LocalDate today) {
        String type = row.path("type").asText();
        Optional<java.math.BigDecimal> price = prices.onDemandUsdPerHour(type);
        if (price.isEmpty())
            return type + ": no price was told; the row of " + row.path("asOf").asText() + " stays";
        String before = row.path("onDemandUsdPerHour").asText();
        row.put("onDemandUsdPerHour", price.get());
        Optional<Prices.SpotRange> spot = prices.spot(type);
        ObjectNode absent = row.withObjectProperty("absent");
        row.remove("spot");
        if (spot.isPresent()) {
            absent.remove("spot");
            row.putObject("spot")
                    .put("lowUsdPerHour", spot.get().lowUsdPerHour())
                    .put("highUsdPerHour", spot.get().highUsdPerHour());
        } else absent.put("spot", "no spot price was seen in " + region + " in the last day");
        row.put(
                "source",
                "AWS Price List API, AmazonEC2, " + region + ", Linux, shared tenancy"
                        + (spot.isPresent() ? SPOT_SOURCE : "")
                        + (row.has("bf16Tflops") ? SPEED : ""));
        row.put("asOf", today.toString());
        return "%s: $%s an hour, was $%s%s"
                .formatted(
                        type,
                        price.get().stripTrailingZeros().toPlainString(),
                        before,
                        spot.map(range -> "; spot $%s to $%s".formatted(range.lowUsdPerHour(), range.highUsdPerHour()))
                                .orElse("; no spot price seen"));
    }
}
