package dev.tunedrop.events.run;

import static dev.tunedrop.events.run.RunSettings.require;

import java.time.Period;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// What starts training again but a new file. Of the `tune.json` that lies in the bucket at the time, not of the one
/// that a run has frozen.
///
/// @param every how long after the dataset's last run it is trained again, such as `30 days`; absent: never by itself
/// @param always also when every row has been through a run that came to its end
/// @param drift how far the endpoint's prompts may be from those of the rows, as a population stability index; 0.2 is
/// the usual line; absent: not looked at
/// @param onRetirement what to train on once the live model's base is about to go away: a base's id or a service's
/// route; absent: people are told, and nothing is started
public record RetrainSettings(
        @Nullable String every,
        boolean always,
        @Nullable Double drift,
        @Nullable String onRetirement) {

    private static final Pattern DAYS = Pattern.compile("([1-9][0-9]{0,2}) days?");

    public RetrainSettings {
        require(
                every == null || DAYS.matcher(every).matches(),
                "retrain.every must be a number of days from 1 to 999 such as \"30 days\", was \"" + every + "\"");
        require(drift == null || drift > 0, "retrain.drift must be above 0, was " + drift);
        require(onRetirement == null || !onRetirement.isBlank(), "retrain.onRetirement is blank; name a base");
    }

    /// The rhythm; absent where there is none.
    public @Nullable Period rhythm() {
        if (every == null) return null;
        Matcher days = DAYS.matcher(every);
        return days.matches() ? Period.ofDays(Integer.parseInt(days.group(1))) : null;
    }
}
