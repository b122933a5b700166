package dev.tunedrop.aws.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import dev.tunedrop.aws.Synthesis;
import dev.tunedrop.events.metric.Metric;

class AlarmsTest {

    private static List<AlarmRow> onOurFigures() {
        return AlarmRow.all().stream()
                .filter(row -> row.namespace().equals(Metric.NAMESPACE))
                .toList();
    }

    /// An alarm reads one time series: a figure that is told apart by a dimension has one for each value, and one that
    /// nobody reports has none; either alarm would never ring.
    @Test
    void anAlarmOnAFigureOfOursReadsOneThatIsReportedWithoutADimension() {
        List<String> alone = Arrays.stream(Metric.values())
                .filter(metric -> metric.dimension() == null)
                .map(Metric::wireName)
                .toList();
        assertThat(onOurFigures()).isNotEmpty().allSatisfy(row -> {
            assertThat(row.metric()).isIn(alone);
            assertThat(row.dimensions()).isEmpty();
        });
    }

    @Test
    void anEndpointThatStaysDriftedRingsAndSaysToDropNewerRows() {
        JsonNode alarm = Synthesis.template().one("AWS::CloudWatch::Alarm", "AlarmsEndpointsDrifted");
        assertThat(alarm.path("Namespace").asText()).isEqualTo("Tunedrop");
        assertThat(alarm.path("MetricName").asText()).isEqualTo(Metric.DRIFTED.wireName());
        assertThat(alarm.path("Threshold").asInt()).isZero();
        assertThat(alarm.path("TreatMissingData").asText()).isEqualTo("notBreaching");
        assertThat(alarm.path("AlarmActions")).hasSize(1);
        assertThat(alarm.path("AlarmDescription").asText())
                .contains("further from its rows")
                .contains("drop newer rows");
    }
}
