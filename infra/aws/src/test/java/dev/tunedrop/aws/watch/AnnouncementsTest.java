package dev.tunedrop.aws.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import dev.tunedrop.aws.Synthesis;

class AnnouncementsTest {

    /// What an encrypted topic's policy and its key's policy say to a service.
    private static List<JsonNode> leaves(String service) {
        List<JsonNode> leaves = new ArrayList<>();
        statements(Synthesis.template()
                        .one("AWS::SNS::TopicPolicy", "Announcements")
                        .path("PolicyDocument"))
                .forEach(leaves::add);
        statements(Synthesis.template().one("AWS::KMS::Key", "StorageKey").path("KeyPolicy"))
                .forEach(leaves::add);
        return leaves.stream()
                .filter(statement ->
                        statement.path("Principal").path("Service").toString().contains("\"" + service + "\""))
                .toList();
    }

    private static Iterable<JsonNode> statements(JsonNode document) {
        assertThat(document.path("Statement")).isNotEmpty();
        return document.path("Statement");
    }

    /// Neither the topic nor the key is told whose rule it is, so a condition on that would refuse every event.
    @Test
    void rulesPublishToTheTopicWithoutAConditionThatNoEventMeets() {
        assertThat(leaves("events.amazonaws.com"))
                .as("the topic's and the key's")
                .hasSize(2)
                .allSatisfy(statement -> assertThat(statement.has("Condition")).isFalse());
    }

    @Test
    void alarmsAndTheBudgetPublishForThisAccountOnly() {
        for (String service : List.of("cloudwatch.amazonaws.com", "budgets.amazonaws.com"))
            assertThat(leaves(service))
                    .as(service)
                    .hasSize(2)
                    .allSatisfy(statement -> assertThat(statement
                                    .path("Condition")
                                    .path("StringEquals")
                                    .path("aws:SourceAccount")
                                    .asText())
                            .isEqualTo("111111111111"));
    }
}
