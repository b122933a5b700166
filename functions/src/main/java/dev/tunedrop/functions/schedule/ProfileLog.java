package dev.tunedrop.functions.schedule;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

import dev.tunedrop.events.run.PromptProfile;
import dev.tunedrop.functions.cloud.Objects;

/// What endpoints have counted of their prompts: `profiles/ADAPTER/2026-11-21/101530-….json`, an object for what
/// came in since the one before.
final class ProfileLog {

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HHmmss");

    private final Objects artefacts;

    ProfileLog(Objects artefacts) {
        this.artefacts = artefacts;
    }

    /// All that was noted from one moment on until another.
    PromptProfile between(String adapter, Instant from, Instant until) {
        PromptProfile all = PromptProfile.NONE;
        LocalDate last = LocalDate.ofInstant(until, ZoneOffset.UTC);
        for (LocalDate day = LocalDate.ofInstant(from, ZoneOffset.UTC); !day.isAfter(last); day = day.plusDays(1)) {
            String prefix = PromptProfile.KEYS + adapter + "/" + day + "/";
            for (String key : artefacts.list(prefix)) {
                Instant at = at(day, key.substring(prefix.length()));
                if (at.isBefore(from) || at.isAfter(until)) continue;
                all = all.plus(artefacts.json(key, PromptProfile.class));
            }
        }
        return all;
    }

    private static Instant at(LocalDate day, String name) {
        try {
            return LocalTime.parse(name.substring(0, Math.min(6, name.length())), CLOCK)
                    .atDate(day)
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException notOurs) {
            return Instant.MIN;
        }
    }
}
