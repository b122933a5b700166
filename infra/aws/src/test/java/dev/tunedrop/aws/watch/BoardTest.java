package dev.tunedrop.aws.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import dev.tunedrop.aws.Synthesis;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.metric.Metric;

/// The dashboard against what is reported: tests of the functions and of the trainer hold each figure of the list to be
/// reported, this one that the dashboard reads the list.
class BoardTest {

    private static final Pattern SEARCH = Pattern.compile("\\{Tunedrop,(\\w+)} MetricName=\"(\\w+)\"");

    /// Names of figures of ours, with the dimension they are read by.
    private static Set<String> read() {
        JsonNode body =
                Synthesis.template().one("AWS::CloudWatch::Dashboard", "Board").path("DashboardBody");
        Set<String> names = new TreeSet<>();
        for (JsonNode widget :
                Json.read(body.asText(), JsonNode.class, "the dashboard").path("widgets"))
            for (JsonNode metric : widget.at("/properties/metrics")) {
                if (metric.path(0).asText().equals(Metric.NAMESPACE)) {
                    assertThat(metric.path(2).isTextual())
                            .as("%s has no dimension", metric)
                            .isFalse();
                    names.add(metric.path(1).asText());
                }
                Matcher search =
                        SEARCH.matcher(metric.path(0).path("expression").asText());
                if (search.find()) names.add(search.group(2) + " by " + search.group(1));
            }
        return names;
    }

    @Test
    void theDashboardReadsEveryFigureThatIsReportedAndNoOther() {
        assertThat(read())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Metric.values())
                        .map(metric ->
                                metric.wireName() + (metric.dimension() == null ? "" : " by " + metric.dimension()))
                        .toList());
    }
}
