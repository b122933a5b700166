package dev.tunedrop.events.run;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.TunedropEvent.RetrainRequested.Cause;

/// Why a run is there that no new file started.
///
/// @param request what makes two requests one
/// @param why goes on after "retrained because"
/// @param base what is trained on instead of what `tune.json` says; absent: what it says
public record Retrain(
        String request, Cause cause, String why, @Nullable String base, Instant askedAt) {

    public String because() {
        return "retrained because " + why;
    }
}
