package dev.tunedrop.aws.watch;

import java.util.List;
import java.util.Map;

import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.AlarmStatusWidget;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.IWidget;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.constructs.Construct;

/// The dashboard: is anything on fire, do drops come in, where do runs stand, what does it cost, how does training go.
public final class Board extends Construct {

    /// The namespace of what functions and trainer report themselves, as lines in the embedded metric format.
    private static final String OURS = "Tunedrop";

    private static final int WIDTH = 8;
    private static final int HEIGHT = 6;

    private final Map<String, String> names;
    private final String stack;

    public Board(Construct scope, Watched watched, Alarms alarms) {
        super(scope, "Board");
        names = watched.names();
        stack = watched.settings().name();
        Dashboard.Builder.create(this, "Dashboard")
                .dashboardName(stack)
                .defaultInterval(Duration.days(1))
                .widgets(List.of(
                        List.of(AlarmStatusWidget.Builder.create()
                                .title("Alarms")
                                .width(3 * WIDTH)
                                .height(3)
                                .alarms(alarms.all())
                                .build()),
                        drops(),
                        money(),
                        training(),
                        functions(),
                        requests()))
                .build();
    }

    private List<IWidget> drops() {
        return List.of(
                graph(
                        "Drops in, dead letters",
                        queue("NumberOfMessagesSent", "DropQueue", "Sum"),
                        queue("ApproximateNumberOfMessagesVisible", "DeadQueue", "Maximum")),
                graph(
                        "Runs by end",
                        states("ExecutionsStarted"),
                        states("ExecutionsSucceeded"),
                        states("ExecutionsFailed"),
                        states("ExecutionsTimedOut"),
                        states("ExecutionsAborted")),
                graph("Refusals by reason", search("Refusals by reason", "reason", "Refused", "Sum")));
    }

    private List<IWidget> money() {
        return List.of(
                graph("Quote and actual, US dollars", ours("QuotedUsd", "Sum"), ours("ActualUsd", "Sum")),
                graph(
                        "Reserved and spent today, US dollars",
                        ours("ReservedUsd", "Maximum"),
                        ours("SpentUsd", "Maximum"),
                        ours("CapUsd", "Maximum")),
                graph("Verdicts on data", ours("Accepted", "Sum"), ours("Rejected", "Sum")));
    }

    private List<IWidget> training() {
        return List.of(
                graph("Training: tokens per second", ours("TokensPerSecond", "Average")),
                graph("Training: loss", ours("Loss", "Average"), ours("HeldOutLoss", "Average")),
                graph(
                        "Jobs that find no machine",
                        metric("AWS/Events", "TriggeredRules", Map.of("RuleName", need("StuckRule")), "Sum")));
    }

    private List<IWidget> functions() {
        return List.of(
                graph("Functions: errors", search("Errors", "FunctionName", "Errors", "Sum")),
                graph(
                        "Functions: milliseconds, the slowest of a hundred",
                        search("Duration", "FunctionName", "Duration", "p99")),
                graph("Run time, milliseconds", states("ExecutionTime")));
    }

    private List<IWidget> requests() {
        return List.of(
                graph(
                        "Drift of what endpoints are asked, by endpoint",
                        search("Drift", "endpoint", "Drift", "Maximum"),
                        ours("EndpointsDrifted", "Maximum")),
                graph(
                        "Requests to train again, dead letters",
                        queue("NumberOfMessagesSent", "RetrainQueue", "Sum"),
                        queue("ApproximateNumberOfMessagesVisible", "DeadRetrainQueue", "Maximum")));
    }

    private IMetric queue(String metric, String queue, String statistic) {
        return metric("AWS/SQS", metric, Map.of("QueueName", need(queue)), statistic);
    }

    private IMetric states(String metric) {
        String statistic = metric.endsWith("Time") ? "p90" : "Sum";
        return metric("AWS/States", metric, Map.of("StateMachineArn", need("Machine")), statistic);
    }

    private static IMetric ours(String metric, String statistic) {
        return metric(OURS, metric, Map.of(), statistic);
    }

    private static IMetric metric(String namespace, String name, Map<String, String> dimensions, String statistic) {
        return Metric.Builder.create()
                .namespace(namespace)
                .metricName(name)
                .dimensionsMap(dimensions)
                .statistic(statistic)
                .period(Duration.minutes(5))
                .build();
    }

    /// One line for each value of a dimension, also for those that come later.
    private IMetric search(String label, String dimension, String metric, String statistic) {
        boolean lambda = dimension.equals("FunctionName");
        String expression = "SEARCH('{%s,%s} MetricName=\"%s\"%s', '%s', 300)"
                .formatted(lambda ? "AWS/Lambda" : OURS, dimension, metric, lambda ? " " + stack : "", statistic);
        return MathExpression.Builder.create()
                .label(label)
                .expression(expression)
                .usingMetrics(Map.of())
                .period(Duration.minutes(5))
                .build();
    }

    private String need(String name) {
        String value = names.get(name);
        if (value == null) throw new IllegalStateException("the dashboard names " + name + ", which is not watched");
        return value;
    }

    private static IWidget graph(String title, IMetric... metrics) {
        return GraphWidget.Builder.create()
                .title(title)
                .width(WIDTH)
                .height(HEIGHT)
                .left(List.of(metrics))
                .build();
    }
}
