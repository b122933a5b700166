package dev.tunedrop.aws.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

    /// Each graph: its title, and of each line namespace, metric, dimension's value and statistic.
    private static Map<String, Set<String>> graphs() {
        JsonNode body =
                Synthesis.template().one("AWS::CloudWatch::Dashboard", "Board").path("DashboardBody");
        Map<String, Set<String>> graphs = new TreeMap<>();
        for (JsonNode widget :
                Json.read(body.asText(), JsonNode.class, "the dashboard").path("widgets")) {
            Set<String> lines = new TreeSet<>();
            for (JsonNode metric : widget.at("/properties/metrics")) {
                JsonNode options = metric.path(metric.size() - 1);
                if (options.has("expression"))
                    lines.add(options.path("expression").asText());
                else
                    lines.add("%s %s %s %s"
                            .formatted(
                                    metric.path(0).asText(),
                                    metric.path(1).asText(),
                                    metric.path(3).asText(),
                                    options.path("stat").asText("Average")));
            }
            graphs.put(widget.at("/properties/title").asText(), lines);
        }
        return graphs;
    }

    @Test
    void theDashboardShowsWhatTheServicesCountOfTheStackItself() {
        Set<String> lines = new TreeSet<>();
        graphs().values().forEach(lines::addAll);
        assertThat(lines)
                .anyMatch(line -> line.matches("AWS/SQS NumberOfMessagesSent Drops[0-9A-F]{8}\\.QueueName Sum"))
                .anyMatch(line -> line.matches(
                        "AWS/SQS ApproximateNumberOfMessagesVisible DropsDropsDead[0-9A-F]{8}\\.QueueName Maximum"))
                .anyMatch(line -> line.matches("AWS/SQS NumberOfMessagesSent Retrains[0-9A-F]{8}\\.QueueName Sum"))
                .anyMatch(
                        line -> line.matches(
                                "AWS/SQS ApproximateNumberOfMessagesVisible RetrainsRetrainsDead[0-9A-F]{8}\\.QueueName Maximum"))
                .anyMatch(line -> line.matches("AWS/Events TriggeredRules AnnouncementsStuck.* Sum"))
                .anyMatch(line -> line.contains("{AWS/Lambda,FunctionName} MetricName=\"Errors\" tunedrop', 'Sum'"))
                .anyMatch(line -> line.contains("{AWS/Lambda,FunctionName} MetricName=\"Duration\" tunedrop', 'p99'"));
        for (String end : List.of("Started", "Succeeded", "Failed", "TimedOut", "Aborted"))
            assertThat(lines)
                    .anyMatch(line -> line.matches("AWS/States Executions" + end + " .*MachineDrops[0-9A-F]{8} Sum"));
        assertThat(lines).anyMatch(line -> line.matches("AWS/States ExecutionTime .*MachineDrops[0-9A-F]{8} p90"));
    }

    @Test
    void moneyThatIsCountedIsAddedUpAndMoneyThatStandsIsNot() {
        assertThat(graphs().get("Quote and actual, US dollars"))
                .containsExactly("Tunedrop ActualUsd  Sum", "Tunedrop QuotedUsd  Sum");
        assertThat(graphs().get("Reserved and spent today, US dollars"))
                .containsExactly(
                        "Tunedrop CapUsd  Maximum", "Tunedrop ReservedUsd  Maximum", "Tunedrop SpentUsd  Maximum");
        assertThat(graphs().get("Verdicts on data"))
                .containsExactly("Tunedrop Accepted  Sum", "Tunedrop Rejected  Sum");
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
