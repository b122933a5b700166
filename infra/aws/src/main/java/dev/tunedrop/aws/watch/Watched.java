package dev.tunedrop.aws.watch;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.tunedrop.aws.Settings;
import dev.tunedrop.aws.data.Ledger;
import dev.tunedrop.aws.flow.EventQueue;
import dev.tunedrop.aws.flow.Functions;
import dev.tunedrop.aws.flow.Machine;
import dev.tunedrop.aws.train.TrainingJob;

/// What there is to look at, by the names that `alarms.json` and the dashboard use.
public record Watched(
        Settings settings,
        Functions functions,
        Machine machine,
        EventQueue drops,
        EventQueue retrains,
        Ledger ledger,
        TrainingJob job,
        Announcements announcements) {

    /// What stands for `${Name}` in a metric's dimension.
    Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        functions
                .all()
                .forEach((name, alias) -> names.put(name, alias.getLambda().getFunctionName()));
        names.put("DropQueue", drops.queue().getQueueName());
        names.put("DeadQueue", drops.dead().getQueueName());
        names.put("DropRule", drops.rule().getRef());
        names.put("RetrainQueue", retrains.queue().getQueueName());
        names.put("DeadRetrainQueue", retrains.dead().getQueueName());
        names.put("RetrainRule", ruleName(retrains.rule().getRef()));
        names.put("Machine", machine.arn());
        names.put("Ledger", ledger.table().getRef());
        names.put("Bus", settings.name());
        // the reference of a rule on a bus of ours is "bus|rule"
        names.put("AnnounceRule", ruleName(announcements.announced().getRef()));
        names.put("FailedRule", ruleName(announcements.failed().getRef()));
        names.put("StuckRule", announcements.stuck().getRef());
        return names;
    }

    private static String ruleName(String reference) {
        return software.amazon.awscdk.Fn.select(1, software.amazon.awscdk.Fn.split("|", reference));
    }
}
