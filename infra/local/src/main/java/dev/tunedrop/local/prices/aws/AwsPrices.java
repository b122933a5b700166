package dev.tunedrop.local.prices.aws;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.SpotPrice;
import software.amazon.awssdk.services.pricing.PricingClient;
import software.amazon.awssdk.services.pricing.model.Filter;
import software.amazon.awssdk.services.pricing.model.FilterType;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.prices.Prices;

/// On-demand prices by the Price List API, which answers in few regions, and spot prices by EC2, which the price list
/// does not have. Needs `pricing:GetProducts` and `ec2:DescribeSpotPriceHistory`.
public final class AwsPrices implements Prices {

    private final PricingClient pricing;
    private final Ec2Client ec2;
    private final String region;

    /// With clients whose addresses and credentials come the SDK's own way.
    public static AwsPrices connect(String region) {
        return new AwsPrices(
                PricingClient.builder()
                        .region(Region.US_EAST_1)
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build(),
                Ec2Client.builder()
                        .region(Region.of(region))
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build(),
                region);
    }

    AwsPrices(PricingClient pricing, Ec2Client ec2, String region) {
        this.pricing = pricing;
        this.ec2 = ec2;
        this.region = region;
    }

    @Override
    public Optional<BigDecimal> onDemandUsdPerHour(String instanceType) {
        List<String> products = pricing.getProducts(request -> request.serviceCode("AmazonEC2")
                        .formatVersion("aws_v1")
                        .filters(
                                term("instanceType", instanceType),
                                term("regionCode", region),
                                term("operatingSystem", "Linux"),
                                term("tenancy", "Shared"),
                                term("preInstalledSw", "NA"),
                                term("capacitystatus", "Used")))
                .priceList();
        return products.stream()
                .flatMap(product -> hourly(product).stream())
                .filter(price -> price.signum() > 0)
                .min(BigDecimal::compareTo);
    }

    private static Filter term(String field, String value) {
        return Filter.builder()
                .type(FilterType.TERM_MATCH)
                .field(field)
                .value(value)
                .build();
    }

    /// `terms.OnDemand.*.priceDimensions.*.pricePerUnit.USD` of a product, which comes as JSON in a string.
    private static List<BigDecimal> hourly(String product) {
        JsonNode terms = Json.tree(product.getBytes(java.nio.charset.StandardCharsets.UTF_8), "the price list")
                .path("terms")
                .path("OnDemand");
        return terms.valueStream()
                .flatMap(term -> term.path("priceDimensions").valueStream())
                .filter(dimension -> dimension.path("unit").asText().equals("Hrs"))
                .map(dimension -> new BigDecimal(
                        dimension.path("pricePerUnit").path("USD").asText("0")))
                .toList();
    }

    @Override
    public Optional<SpotRange> spot(String instanceType) {
        List<BigDecimal> prices = ec2
                .describeSpotPriceHistoryPaginator(request -> request.instanceTypesWithStrings(instanceType)
                        .productDescriptions("Linux/UNIX")
                        .startTime(Instant.now().minus(Duration.ofDays(1))))
                .spotPriceHistory()
                .stream()
                .map(SpotPrice::spotPrice)
                .map(BigDecimal::new)
                .sorted()
                .toList();
        return prices.isEmpty() ? Optional.empty() : Optional.of(new SpotRange(prices.getFirst(), prices.getLast()));
    }

    @Override
    public void close() {
        pricing.close();
        ec2.close();
    }
}
