package dev.tunedrop.local.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.InvalidDocument;

/// Turns what a command throws into one line on stderr and an exit code. What the user can put right gets 2; anything
/// else is a fault of ours: its stack trace goes to a file, which the line names, and the code is 70.
final class Mistakes implements IExecutionExceptionHandler, IParameterExceptionHandler {

    static final int MISTAKE = 2;
    static final int FAULT = 70;

    private static final String FULL = "No space left on device";

    /// How every address of Java's refuses a port, whichever option it came from.
    private static final String PORT = "port out of range:";

    private final Home home;

    Mistakes(Home home) {
        this.home = home;
    }

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("tunedrop: " + sentence(oneLine(what(e, command)).replace("option option", "option"))
                + hint(e, command));
        err.flush();
        return MISTAKE;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, @Nullable ParseResult result) {
        if (e instanceof ParameterException mistake) return handleParseException(mistake, new String[0]);
        PrintWriter err = command.getErr();
        String mistake = mistake(e);
        err.println("tunedrop: " + (mistake != null ? mistake : fault(e, command)));
        err.flush();
        return mistake != null ? MISTAKE : FAULT;
    }

    /// What picocli says, but for words that nothing takes: their place on the line is of no use.
    private static @Nullable String what(ParameterException e, CommandLine command) {
        if (!(e instanceof UnmatchedArgumentException unmatched) || unmatched.isUnknownOption()) return e.getMessage();
        String word = unmatched.getUnmatched().getFirst();
        return command.getParent() == null
                ? "there is no command \"" + word + "\""
                : "\"" + word + "\" is one argument too many";
    }

    /// What may have been meant; a name with another first letter is more likely to puzzle than to help.
    private static String hint(ParameterException e, CommandLine command) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            char first = Character.toLowerCase((unmatched.getUnmatched().getFirst() + " ").charAt(0));
            List<String> near = unmatched.getSuggestions().stream()
                    .filter(name -> name.charAt(0) == first)
                    .toList();
            if (!near.isEmpty()) return " Did you mean " + String.join(" or ", near) + "?";
        }
        return " See: " + command.getCommandSpec().qualifiedName() + " --help";
    }

    /// The line for a mistake of the user's; null for a fault of ours.
    private static @Nullable String mistake(Throwable e) {
        return switch (e) {
            case UserMistake m -> sentence(oneLine(m.getMessage()));
            case InvalidDocument d -> sentence(oneLine(d.getMessage()));
            case NoSuchFileException f -> f.getFile() + " does not exist. Check the path.";
            case AccessDeniedException f ->
                f.getFile() + " may not be read or written by this user. Check its permissions.";
            case FileSystemException f
            when f.getReason() != null && !f.getReason().contains(FULL) ->
                f.getFile() + ": " + sentence(oneLine(f.getReason())) + " Check the disk and the path.";
            case UncheckedIOException u
            when u.getCause() != null && mistake(u.getCause()) != null -> mistake(u.getCause());
            case IllegalArgumentException p
            when p.getMessage() != null && p.getMessage().startsWith(PORT) ->
                "the port must be 0 to 65535, was " + p.getMessage().substring(PORT.length()) + ". Choose another.";
            case RuntimeException r
            when unreachable(r) ->
                "the local cloud does not answer any more. Start it again with ./tunedrop up; what was in hand goes on.";
            case IOException full
            when full.getMessage() != null && full.getMessage().contains(FULL) ->
                "the disk is full (" + oneLine(full.getMessage()) + "). Make room, then run the command again.";
            case IOException io when io.getMessage() != null -> sentence(oneLine(io.getMessage()));
            default -> null;
        };
    }

    private static boolean unreachable(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause())
            if (cause instanceof ConnectException) return true;
        return false;
    }

    private String fault(Exception e, CommandLine command) {
        Path log = home.faults();
        String what = e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + oneLine(e.getMessage()));
        try {
            Files.createDirectories(log.getParent());
            StringWriter trace = new StringWriter();
            trace.append(Instant.now().toString())
                    .append(' ')
                    .append(command.getCommandName())
                    .append('\n');
            e.printStackTrace(new PrintWriter(trace));
            Files.writeString(log, trace + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            return "a fault of Tunedrop's own, " + sentence(what) + " The whole of it is in " + log + ".";
        } catch (IOException unwritable) {
            e.addSuppressed(unwritable);
            e.printStackTrace(command.getErr());
            return "a fault of Tunedrop's own, " + sentence(what) + " Its trace is above, since " + log
                    + " cannot be written.";
        }
    }

    private static String oneLine(@Nullable String message) {
        return message == null ? "no more is known" : message.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private static String sentence(String text) {
        return text.endsWith(".") || text.endsWith("?") || text.endsWith("!") ? text : text + ".";
    }
}
