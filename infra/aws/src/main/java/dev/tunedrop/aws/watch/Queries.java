package dev.tunedrop.aws.watch;

import java.util.List;

import software.amazon.awscdk.services.logs.CfnQueryDefinition;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/// Questions that are asked again and again, saved in Logs Insights under the stack's name.
public final class Queries extends Construct {

    private final String prefix;

    public Queries(Construct scope, Watched watched) {
        super(scope, "Queries");
        prefix = watched.settings().name() + "/";
        List<LogGroup> functions = watched.functions().logs();
        List<LogGroup> machine = List.of(watched.machine().log());
        List<LogGroup> trainer = List.of(watched.job().log());
        save("failures by function", functions, "@timestamp, @log, @message", "@message like /WARN|ERROR/");
        save("one run", functions, "@timestamp, @log, @message", "@message like /PUT THE RUN'S NAME HERE/");
        save("cold starts", functions, "@timestamp, @log, @initDuration, @restoreDuration", "@type = 'REPORT'");
        save("states of runs", machine, "@timestamp, type, execution_arn", "type like /Failed|TimedOut|Aborted/");
        save("training", trainer, "@timestamp, @logStream, @message", "@message not like /DEBUG/");
        define(
                "slowest functions",
                functions,
                "filter @type = 'REPORT' | stats pct(@duration, 50), pct(@duration, 99), max(@maxMemoryUsed) / 1e6,"
                        + " count(*) by @log | sort by `pct(@duration, 99)` desc");
    }

    private void save(String name, List<LogGroup> logs, String fields, String filter) {
        define(name, logs, "fields %s | filter %s | sort @timestamp desc | limit 200".formatted(fields, filter));
    }

    private void define(String name, List<LogGroup> logs, String query) {
        CfnQueryDefinition.Builder.create(this, name.replace(' ', '-'))
                .name(prefix + name)
                .queryString(query)
                .logGroupNames(logs.stream().map(LogGroup::getLogGroupName).toList())
                .build();
    }
}
