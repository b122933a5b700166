package dev.tunedrop.local.batch;

import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// One rule of `evaluateOnExit`. Each pattern may end in `*`; a rule holds when all of its patterns do.
public record ExitRule(
        @Nullable String onStatusReason,
        @Nullable String onReason,
        @Nullable String onExitCode,
        Action action) {

    public enum Action {
        RETRY,
        EXIT
    }

    /// Whether an attempt that ended so is made again: as the first rule that holds says; where rules exist and none
    /// holds, and where there are no rules, it is.
    static boolean retries(List<ExitRule> rules, String statusReason, String reason, @Nullable Integer exitCode) {
        for (ExitRule rule : rules)
            if (rule.holds(statusReason, reason, exitCode)) return rule.action() == Action.RETRY;
        return true;
    }

    private boolean holds(String statusReason, String reason, @Nullable Integer exitCode) {
        return like(onStatusReason, statusReason)
                && like(onReason, reason)
                && like(onExitCode, exitCode == null ? "" : exitCode.toString());
    }

    private static boolean like(@Nullable String pattern, String text) {
        if (pattern == null) return true;
        String regex = pattern.endsWith("*")
                ? Pattern.quote(pattern.substring(0, pattern.length() - 1)) + ".*"
                : Pattern.quote(pattern);
        return Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.DOTALL)
                .matcher(text)
                .matches();
    }
}
