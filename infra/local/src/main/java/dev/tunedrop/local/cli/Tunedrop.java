package dev.tunedrop.local.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import dev.tunedrop.endpoint.cli.ServeCommand;
import dev.tunedrop.functions.cli.CheckCommand;
import dev.tunedrop.functions.cli.ConvertCommand;
import dev.tunedrop.functions.cli.QuoteCommand;
import dev.tunedrop.functions.prices.aws.AwsPrices;
import dev.tunedrop.tinybase.cli.MakeBaseCommand;
import dev.tunedrop.tinybase.cli.MakeSamplesCommand;
import dev.tunedrop.trainer.cli.EvalCommand;
import dev.tunedrop.trainer.cli.MergeCommand;
import dev.tunedrop.trainer.cli.ScoreCommand;
import dev.tunedrop.trainer.cli.TrainCommand;

/// The command `tunedrop`. Exit codes: 0 as wished, 1 refused or failed, 2 the user's mistake, 70 a fault of ours.
@Command(
        name = "tunedrop",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        description = "Drop a JSONL file in a bucket; get a fine-tuned model behind an endpoint.",
        commandListHeading = "%nCommands:%n",
        footer = {
            "  test              Run every test and check of the project (./mvnw -B verify).",
            "  synth             Write the CloudFormation template of the AWS stack (needs Node.js).",
            "  package           Write the files from which an account deploys the stack without the CDK.",
            "  deploy            Deploy it to an account.",
            "  build             Build the command line; every other command does so when a source changed.",
            "",
            "Start with: tunedrop quickstart",
            "Exit codes: 0 done, 1 refused or failed, 2 a mistake in what was asked, 70 a fault of Tunedrop's.",
            "State lies in .tunedrop (or $TUNEDROP_HOME)."
        })
public final class Tunedrop implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    public static void main(String[] args) {
        Home home = Home.ofEnvironment();
        System.exit(commandLine(new LocalClouds(home), home).execute(args));
    }

    /// The command line with its commands and the rules for mistakes and faults.
    static CommandLine commandLine(Clouds clouds, Home home) {
        Mistakes mistakes = new Mistakes(home);
        return new CommandLine(new Tunedrop())
                .addSubcommand(new QuickstartCommand(clouds, home))
                .addSubcommand(new UpCommand(clouds))
                .addSubcommand(new DropCommand(clouds))
                .addSubcommand(new RetrainCommand(clouds))
                .addSubcommand(new RunsCommand(clouds))
                .addSubcommand(new ShowCommand(clouds))
                .addSubcommand(new AnswerCommand.Approve(clouds))
                .addSubcommand(new AnswerCommand.Refuse(clouds))
                .addSubcommand(new AskCommand(clouds))
                .addSubcommand(new CheckCommand())
                .addSubcommand(new QuoteCommand())
                .addSubcommand(new ConvertCommand())
                .addSubcommand(new RefreshPricesCommand(clouds, AwsPrices::connect))
                .addSubcommand(new TrainCommand())
                .addSubcommand(new ScoreCommand())
                .addSubcommand(new EvalCommand())
                .addSubcommand(new MergeCommand())
                .addSubcommand(new ServeCommand())
                .addSubcommand(new ServeFinetuningCommand(clouds, home, System.getenv()))
                .addSubcommand(new MakeBaseCommand())
                .addSubcommand(new MakeSamplesCommand())
                .addSubcommand(new CommandLine.HelpCommand())
                .setExecutionExceptionHandler(mistakes)
                .setParameterExceptionHandler(mistakes)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(110)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.AUTO));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do, for example: tunedrop quickstart");
    }
}
