package dev.tunedrop.aws.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;

import dev.tunedrop.aws.watch.Runbook;

/// `runbook`: writes the runbook anew.
@Command(name = "runbook", mixinStandardHelpOptions = true, description = "Write infra/aws/RUNBOOK.md anew.")
public final class RunbookCommand implements Callable<Integer> {

    @Override
    public Integer call() throws IOException {
        Path page = StackOptions.root().resolve("infra/aws/RUNBOOK.md");
        Files.writeString(page, Runbook.text());
        return 0;
    }
}
