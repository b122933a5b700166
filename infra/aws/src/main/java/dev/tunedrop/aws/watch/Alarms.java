package dev.tunedrop.aws.watch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.IAlarm;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.constructs.Construct;

import dev.tunedrop.aws.WorkflowData;
import dev.tunedrop.events.json.Json;

/// The alarms of `alarms.json`. Each says in its description what has happened and what to do, since that is what
/// arrives in the mail at night.
public final class Alarms extends Construct {

    private final List<IAlarm> made = new ArrayList<>();

    public Alarms(Construct scope, Watched watched) {
        super(scope, "Alarms");
        Map<String, String> names = watched.names();
        SnsAction tell = new SnsAction(watched.announcements().topic());
        for (AlarmRow row : AlarmRow.all()) {
            Alarm alarm = Alarm.Builder.create(this, row.id())
                    .alarmName(watched.settings().name() + "-" + row.id())
                    .alarmDescription(row.title() + ". " + row.means() + " " + row.remedy())
                    .metric(metric(row, names))
                    .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)
                    .threshold(row.above())
                    .evaluationPeriods(row.periods())
                    .treatMissingData(TreatMissingData.NOT_BREACHING)
                    .build();
            alarm.addAlarmAction(tell);
            made.add(alarm);
        }
    }

    private static Metric metric(AlarmRow row, Map<String, String> names) {
        Map<String, String> dimensions = new LinkedHashMap<>();
        WorkflowData.resolved(Json.mapper().valueToTree(row.dimensions()), names)
                .forEach((name, value) -> dimensions.put(name, String.valueOf(value)));
        return Metric.Builder.create()
                .namespace(row.namespace())
                .metricName(row.metric())
                .dimensionsMap(dimensions)
                .statistic(row.statistic())
                .period(Duration.minutes(row.minutes()))
                .build();
    }

    List<IAlarm> all() {
        return List.copyOf(made);
    }
}
