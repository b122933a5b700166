package dev.tunedrop.functions.prices.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.pricing.PricingClient;
import software.amazon.awssdk.services.pricing.PricingClientBuilder;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.prices.RefreshedInstances;
import dev.tunedrop.functions.quote.Catalogue;
import dev.tunedrop.functions.quote.CatalogueFiles;

class AwsPricesTest {

    private static final Path MODEL =
            Path.of(System.getProperty("tunedrop.shared", ""), "data", "specs", "aws-pricing.json");
    private static final StaticCredentialsProvider KEYS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));

    private final List<String> complaints = new ArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Files.isRegularFile(MODEL), "shared data is absent: " + MODEL);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        if (server != null) server.stop(0);
    }

    private AwsPrices prices() {
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        return AwsPrices.connect(
                "us-east-1", PricingClient.builder().region(Region.US_EAST_1).endpointOverride(address), address, KEYS);
    }

    @Test
    void withoutCredentialsOrWithNoRegionNothingIsAskedAndTheRemedyIsSaid() {
        URI nowhere = URI.create("http://127.0.0.1:1");
        PricingClientBuilder pricing =
                PricingClient.builder().region(Region.US_EAST_1).endpointOverride(nowhere);
        assertThatExceptionOfType(UserMistake.class)
                .isThrownBy(() -> AwsPrices.connect("us-east-1", pricing, nowhere, () -> {
                    throw SdkClientException.create("a chain of eight providers");
                }))
                .withMessageContaining("no AWS credentials were found. Set AWS_PROFILE")
                .withMessageNotContaining("chain");
        assertThatExceptionOfType(UserMistake.class)
                .isThrownBy(() -> AwsPrices.connect("mars"))
                .withMessageContaining("\"mars\" is no name of an AWS region");
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        boolean list = target != null;
        String signature = exchange.getRequestHeaders().getFirst("Authorization");
        if (signature == null || !signature.contains(list ? "/pricing/" : "/us-east-1/ec2/"))
            complaints.add("signature " + signature);
        if (list && !target.equals("AWSPriceListService.GetProducts")) complaints.add("target " + target);
        String answer = list ? products(Json.tree(body.getBytes(StandardCharsets.UTF_8), "request")) : spot(body);
        exchange.getResponseHeaders().set("Content-Type", list ? "application/x-amz-json-1.1" : "text/xml");
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /// Holds the request to the service's published model.
    private String products(JsonNode request) {
        JsonNode shapes = Json.read(MODEL, JsonNode.class).path("shapes");
        check(request, "GetProductsRequest", shapes);
        String type = "";
        for (JsonNode filter : request.path("Filters")) {
            check(filter, "Filter", shapes);
            if (filter.path("Field").asText().equals("instanceType"))
                type = filter.path("Value").asText();
        }
        if (!type.equals("g6.xlarge")) return "{\"FormatVersion\":\"aws_v1\",\"PriceList\":[]}";
        String product = """
                {"terms":{"OnDemand":{"A.B":{"priceDimensions":{"A.B.C":{"unit":"Hrs","pricePerUnit":{"USD":"0.7500000000"}}}}}}}""";
        ObjectNode answer = Json.mapper().createObjectNode().put("FormatVersion", "aws_v1");
        answer.putArray("PriceList").add(product);
        return answer.toString();
    }

    private void check(JsonNode value, String name, JsonNode shapes) {
        JsonNode shape = shapes.path(name);
        value.fieldNames().forEachRemaining(field -> {
            JsonNode member = shape.path("members").path(field);
            if (member.isMissingNode()) complaints.add(name + " has no " + field);
            JsonNode allowed = shapes.path(member.path("shape").asText()).path("enum");
            if (allowed.isArray() && allowed.valueStream().noneMatch(one -> one.equals(value.path(field))))
                complaints.add(name + "." + field + " is " + value.path(field));
        });
        shape.path("required").forEach(field -> {
            if (!value.has(field.asText())) complaints.add(name + " lacks " + field.asText());
        });
    }

    private String spot(String form) {
        String request = URLDecoder.decode(form, StandardCharsets.UTF_8);
        if (!request.contains("Action=DescribeSpotPriceHistory")
                || !request.contains("ProductDescription.1=Linux/UNIX")
                || !request.contains("Version=2016-11-15")) complaints.add(request);
        if (!request.contains("NextToken=more&") && !request.endsWith("NextToken=more")) return """
                    <DescribeSpotPriceHistoryResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>
                    <spotPriceHistorySet><item><instanceType>g6.xlarge</instanceType><spotPrice>0.310000</spotPrice></item>
                    </spotPriceHistorySet><nextToken>more</nextToken></DescribeSpotPriceHistoryResponse>""";
        return """
                <DescribeSpotPriceHistoryResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>
                <spotPriceHistorySet>
                <item><instanceType>g6.xlarge</instanceType><spotPrice>0.290000</spotPrice></item></spotPriceHistorySet>
                </DescribeSpotPriceHistoryResponse>""";
    }

    @Test
    void aRefreshedTableHasTodaysPricesAndKeepsTheDayOfWhatWasNotTold() {
        LocalDate today = LocalDate.parse("2026-11-22");
        RefreshedInstances refreshed;
        try (AwsPrices prices = prices()) {
            refreshed = RefreshedInstances.of(CatalogueFiles.shipped("instances.json"), "us-east-1", prices, today);
        }
        assertThat(complaints).isEmpty();
        Catalogue catalogue = CatalogueFiles.load(
                name -> name.equals("instances.json") ? Optional.of(Json.bytes(refreshed.table())) : Optional.empty());
        Catalogue.Instance told = row(catalogue, "g6.xlarge");
        assertThat(told.onDemandUsdPerHour()).isEqualByComparingTo("0.75");
        assertThat(told.spot()).isNotNull();
        assertThat(told.spot().lowUsdPerHour()).isEqualByComparingTo("0.29");
        assertThat(told.spot().highUsdPerHour()).isEqualByComparingTo("0.31");
        assertThat(told.asOf()).isEqualTo(today);
        assertThat(told.source()).startsWith("AWS Price List API");
        assertThat(row(catalogue, "g5.xlarge")).isEqualTo(row(Catalogue.load(), "g5.xlarge"));
    }

    private static Catalogue.Instance row(Catalogue catalogue, String type) {
        return catalogue.instances().rows().stream()
                .filter(row -> row.type().equals(type))
                .findFirst()
                .orElseThrow();
    }
}
