package dev.tunedrop.aws.watch;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.aws.WorkflowData;

/// Writes `RUNBOOK.md` from the alarms and from the workflow's states, so that it cannot say less than they do.
public final class Runbook {

    private static final String REDRIVE =
            "aws stepfunctions redrive-execution --execution-arn arn:aws:states:REGION:ACCOUNT:execution:tunedrop:RUN";

    private Runbook() {}

    public static String text() {
        StringBuilder page = new StringBuilder("""
                # Runbook

                Written from `alarms.json`, `reasons.json` and `tunedrop.asl.json` by `./tunedrop runbook`; a test holds it to them. Words in capitals are yours to fill in: the stack's outputs name them (`aws cloudformation describe-stacks --stack-name tunedrop --query 'Stacks[0].Outputs'`). A run's name is its execution's name; `./tunedrop` and the ledger's index `byTime` find it from a file's name.

                ## Alarms
                """);
        for (AlarmRow alarm : AlarmRow.all())
            page.append("""

                    ### %s: %s
                    %s

                    **Do:** %s

                    ```
                    %s
                    ```
                    """.formatted(alarm.id(), alarm.title(), alarm.means(), alarm.remedy(), alarm.command()));
        page.append("""

                ## Reasons of FAILED

                A run that failed says `reason` in the ledger, in `runs/RUN/failure.json` and in the event `RunFailed`. `…-timeout` in place of `…-failed` means the same step, out of time. A redrive begins at the step that failed, with what came before it:

                ```
                %s
                ```

                | reason | what it means | before the redrive |
                |---|---|---|
                """.formatted(REDRIVE));
        reasons()
                .forEach((reason, row) -> page.append("| `%s` | %s | %s |\n"
                        .formatted(
                                reason,
                                row.path("means").asText(),
                                row.path("before").asText())));
        return page.toString();
    }

    /// Every reason that a state of the workflow can give, with its row of `reasons.json`.
    static Map<String, JsonNode> reasons() {
        JsonNode known = WorkflowData.own("reasons.json");
        Map<String, JsonNode> reasons = new TreeMap<>();
        WorkflowData.shared("tunedrop.asl.json").path("States").properties().forEach(state -> {
            if (!state.getValue().has("Catch") || state.getKey().equals("RecordFailure")) return;
            JsonNode row = known.path(state.getKey());
            if (!row.has("means"))
                throw new IllegalStateException("reasons.json does not say what a failed " + state.getKey()
                        + " means; give it a row with \"means\" and \"before\"");
            reasons.put(kebab(state.getKey()) + "-failed", row);
        });
        return reasons;
    }

    private static String kebab(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}
