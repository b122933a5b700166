package dev.tunedrop.local.cli;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.cloud.Executions;
import dev.tunedrop.functions.cloud.RunRecord;

/// The answer to a run that waits for a person: `tunedrop approve RUN`, `tunedrop refuse RUN`.
abstract class AnswerCommand implements Callable<Integer> {

    private final Clouds clouds;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "RUN", description = "The run's name, its beginning if that is enough, or \"last\".")
    @SuppressWarnings("NullAway.Init")
    private String run;

    AnswerCommand(Clouds clouds) {
        this.clouds = clouds;
    }

    /// Gives the answer; false when the run does not wait any more.
    abstract boolean answer(Executions executions, String taskToken);

    /// What is said once it was given.
    abstract String said(String runId);

    @Override
    public Integer call() {
        try (RunningCloud running = clouds.connect()) {
            String runId = ShowCommand.resolve(running.views(), run).summary().runId();
            RunRecord record = running.cloud()
                    .ledger()
                    .find(runId)
                    .orElseThrow(() -> new UserMistake("no run is named " + run + ". tunedrop runs lists them."));
            String token = record.taskToken();
            if (record.state() != RunState.AWAITING_APPROVAL || token == null)
                throw new UserMistake("the run " + runId + " is " + record.state()
                        + " and waits for nobody. tunedrop runs lists those that are AWAITING_APPROVAL.");
            if (!answer(running.cloud().executions(), token))
                throw new UserMistake("the run " + runId
                        + " does not wait any more: somebody has answered, or its time is over. Look at it with: tunedrop show "
                        + runId);
            Screen.of(spec.commandLine().getOut()).line(said(runId));
            return 0;
        }
    }

    /// `tunedrop approve RUN`.
    @Command(
            name = "approve",
            mixinStandardHelpOptions = true,
            description = "Let a run go on that waits for a person, because it costs more than approvalAboveUsd.")
    static final class Approve extends AnswerCommand {

        Approve(Clouds clouds) {
            super(clouds);
        }

        @Override
        boolean answer(Executions executions, String taskToken) {
            return executions.answer(taskToken, "{\"approved\":true}");
        }

        @Override
        String said(String runId) {
            return "Approved. Follow it with: tunedrop show " + runId;
        }
    }

    /// `tunedrop refuse RUN`.
    @Command(
            name = "refuse",
            mixinStandardHelpOptions = true,
            description = "End a run that waits for a person. Nothing is trained and nothing is spent.")
    static final class Refuse extends AnswerCommand {

        @Option(names = "--reason", paramLabel = "TEXT", description = "One sentence, which the run keeps.")
        private @Nullable String reason;

        Refuse(Clouds clouds) {
            super(clouds);
        }

        @Override
        boolean answer(Executions executions, String taskToken) {
            String why = reason == null ? "a person refused it." : reason.strip();
            return executions.refuse(taskToken, why + " Change the settings, then drop the file again.");
        }

        @Override
        String said(String runId) {
            return "Refused. The run " + runId + " ends REJECTED.";
        }
    }
}
