package dev.tunedrop.functions.prices.aws;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/// EC2's `DescribeSpotPriceHistory`, called as the Query API takes it: the SDK's client for EC2 is half as large as all
/// that Lambda may hold, for this one call.
final class SpotPrices {

    private static final String API = "2016-11-15";
    private static final Duration LOOK_BACK = Duration.ofDays(1);
    private static final int MOST_PAGES = 50;

    private final SdkHttpClient http;
    private final URI address;
    private final AwsCredentialsProvider credentials;
    private final String region;

    SpotPrices(SdkHttpClient http, URI address, AwsCredentialsProvider credentials, String region) {
        this.http = http;
        this.address = address;
        this.credentials = credentials;
        this.region = region;
    }

    /// What an hour of the type has cost in any zone since yesterday, in no order.
    List<BigDecimal> ofLastDay(String instanceType, Instant now) {
        List<BigDecimal> prices = new ArrayList<>();
        String token = "";
        for (int page = 0; page < MOST_PAGES; page++) {
            Document answer = ask(form(instanceType, now, token));
            texts(answer, "spotPrice").stream().map(BigDecimal::new).forEach(prices::add);
            token = texts(answer, "nextToken").stream().findFirst().orElse("");
            if (token.isEmpty()) return prices;
        }
        throw new IllegalStateException("EC2 answers with more than " + MOST_PAGES + " pages of spot prices of "
                + instanceType + "; its answer is not understood");
    }

    private static String form(String instanceType, Instant now, String token) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Action", "DescribeSpotPriceHistory");
        fields.put("Version", API);
        fields.put("InstanceType.1", instanceType);
        fields.put("ProductDescription.1", "Linux/UNIX");
        fields.put(
                "StartTime",
                now.minus(LOOK_BACK).truncatedTo(ChronoUnit.SECONDS).toString());
        if (!token.isEmpty()) fields.put("NextToken", token);
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + SdkHttpUtils.urlEncode(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private Document ask(String form) {
        ContentStreamProvider body = ContentStreamProvider.fromString(form, StandardCharsets.UTF_8);
        SdkHttpRequest plain = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(address)
                .encodedPath("/")
                .putHeader("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
                .putHeader("Content-Length", Integer.toString(form.getBytes(StandardCharsets.UTF_8).length))
                .build();
        SignedRequest signed = AwsV4HttpSigner.create()
                .sign(request -> request.identity(credentials.resolveCredentials())
                        .request(plain)
                        .payload(body)
                        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "ec2")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region));
        try {
            HttpExecuteResponse response = http.prepareRequest(HttpExecuteRequest.builder()
                            .request(signed.request())
                            .contentStreamProvider(signed.payload().orElse(body))
                            .build())
                    .call();
            byte[] answer = response.responseBody().isPresent()
                    ? read(response.responseBody().get())
                    : new byte[0];
            if (!response.httpResponse().isSuccessful())
                throw new IllegalStateException("EC2 refuses DescribeSpotPriceHistory with status %d (%s)"
                        .formatted(response.httpResponse().statusCode(), String.join(", ", codes(answer))));
            return parse(answer);
        } catch (IOException e) {
            throw new UncheckedIOException("EC2 could not be asked for spot prices at " + address, e);
        }
    }

    private static byte[] read(InputStream body) throws IOException {
        try (body) {
            return body.readAllBytes();
        }
    }

    private static List<String> codes(byte[] answer) {
        return answer.length == 0 ? List.of("no answer") : texts(parse(answer), "Code");
    }

    private static Document parse(byte[] answer) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(new ByteArrayInputStream(answer));
        } catch (ParserConfigurationException | SAXException e) {
            throw new IllegalStateException("EC2's answer about spot prices is no XML", e);
        } catch (IOException e) {
            throw new UncheckedIOException("EC2's answer about spot prices broke off", e);
        }
    }

    private static List<String> texts(Document document, String element) {
        NodeList found = document.getElementsByTagName(element);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++)
            texts.add(found.item(i).getTextContent().strip());
        return texts;
    }
}
