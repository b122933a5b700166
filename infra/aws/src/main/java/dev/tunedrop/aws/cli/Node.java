package dev.tunedrop.aws.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

import dev.tunedrop.events.UserMistake;

/// Node.js, in which the CDK runs.
public final class Node {

    private static final int OLDEST = 20;

    private Node() {}

    /// The major version of the `node` on the path; empty when there is none.
    public static Optional<Integer> major() {
        try {
            Process process = new ProcessBuilder(List.of("node", "--version"))
                    .redirectErrorStream(true)
                    .start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            process.waitFor();
            return answer.matches("v\\d+\\..*")
                    ? Optional.of(Integer.parseInt(answer.substring(1, answer.indexOf('.'))))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    public static boolean usable() {
        return major().filter(major -> major >= OLDEST).isPresent();
    }

    static void mustBeThere() {
        Optional<Integer> major = major();
        if (major.isEmpty())
            throw new UserMistake(
                    "the CDK needs Node.js, and there is no node on the path. Install Node.js %d or newer from nodejs.org."
                            .formatted(OLDEST));
        if (major.get() < OLDEST)
            throw new UserMistake(
                    "the CDK needs Node.js %d or newer, and node is %d. Install a newer one from nodejs.org."
                            .formatted(OLDEST, major.get()));
    }
}
