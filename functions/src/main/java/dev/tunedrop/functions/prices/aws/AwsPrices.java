package dev.tunedrop.functions.prices.aws;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.pricing.PricingClient;
import software.amazon.awssdk.services.pricing.PricingClientBuilder;
import software.amazon.awssdk.services.pricing.model.Filter;
import software.amazon.awssdk.services.pricing.model.FilterType;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.cloud.aws.Connections;
import dev.tunedrop.functions.prices.Prices;

/// On-demand prices by the Price List API, which answers in few regions, and spot prices by EC2, which the price list
/// does not have. Needs `pricing:GetProducts` and `ec2:DescribeSpotPriceHistory`.
public final class AwsPrices implements Prices {

    /// It becomes part of an address.
    private static final Pattern REGION = Pattern.compile("[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}");

    private final PricingClient pricing;
    private final SdkHttpClient http;
    private final SpotPrices spot;
    private final String region;

    /// With clients whose credentials come the SDK's own way.
    public static AwsPrices connect(String region) {
        if (!REGION.matcher(region).matches())
            throw new UserMistake(
                    "\"" + region + "\" is no name of an AWS region. Name one such as eu-central-1 with --region.");
        return connect(
                region,
                PricingClient.builder().region(Region.US_EAST_1),
                URI.create("https://ec2." + region + ".amazonaws.com"),
                DefaultCredentialsProvider.builder().build());
    }

    /// @param ec2 where EC2 of the region answers
    static AwsPrices connect(String region, PricingClientBuilder pricing, URI ec2, AwsCredentialsProvider credentials) {
        demandCredentials(credentials);
        SdkHttpClient http = Connections.open();
        return new AwsPrices(
                pricing.httpClient(http).credentialsProvider(credentials).build(),
                http,
                new SpotPrices(http, ec2, credentials, region),
                region);
    }

    /// Before anything is asked: the SDK would say it with the whole of its chain.
    private static void demandCredentials(AwsCredentialsProvider credentials) {
        try {
            credentials.resolveCredentials();
        } catch (SdkClientException e) {
            throw new UserMistake(
                    "no AWS credentials were found. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY,"
                            + " to those of somebody who may ask for prices.",
                    e);
        }
    }

    private AwsPrices(PricingClient pricing, SdkHttpClient http, SpotPrices spot, String region) {
        this.pricing = pricing;
        this.http = http;
        this.spot = spot;
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
        List<BigDecimal> prices =
                spot.ofLastDay(instanceType, Instant.now()).stream().sorted().toList();
        return prices.isEmpty() ? Optional.empty() : Optional.of(new SpotRange(prices.getFirst(), prices.getLast()));
    }

    @Override
    public void close() {
        pricing.close();
        http.close();
    }
}
