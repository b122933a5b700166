package dev.tunedrop.functions.provider.openai;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.provider.ProviderState;

/// How one service speaks OpenAI's protocol: a row of `profiles.json`.
///
/// @param baseUrl absent where every customer has an address of their own
/// @param hosts what the address may be, as `AllowedHosts` reads them
/// @param secret name of the secret that holds the key, without what all of them start with
/// @param webhookSecret name of the secret that webhooks are signed with; absent: it sends none
/// @param targets the files it takes, by their names in `targets.json`
/// @param insideAccount whether data sent there stays within the account
/// @param jobs path of the collection of jobs
/// @param uploadAboveBytes files above this go in parts; absent: all go whole
/// @param metadata whether jobs carry metadata that a list can be filtered by
/// @param waitsForFiles whether a file must be `processed` before a job may name it
/// @param events whether a job's events tell its steps
/// @param shutdownDates whether `GET models/{id}` tells when a base goes
/// @param chats whether a tuned model answers by its id at `chat/completions`
/// @param states the service's words for where a job stands; any other is UNKNOWN
record OpenAiProfile(
        String id,
        String source,
        LocalDate asOf,
        @Nullable String baseUrl,
        List<String> hosts,
        String authHeader,
        String authPrefix,
        String secret,
        @Nullable String webhookSecret,
        List<String> targets,
        boolean insideAccount,
        JobDialect.Kind dialect,
        String jobs,
        @Nullable Long uploadAboveBytes,
        boolean metadata,
        boolean waitsForFiles,
        boolean pauses,
        boolean events,
        boolean checkpoints,
        boolean shutdownDates,
        boolean chats,
        Map<String, ProviderState> states) {

    OpenAiProfile {
        hosts = List.copyOf(hosts);
        targets = List.copyOf(targets);
        states = Map.copyOf(states);
    }

    private record Table(List<OpenAiProfile> profiles) {}

    static List<OpenAiProfile> all() {
        try (InputStream in = Objects.requireNonNull(OpenAiProfile.class.getResourceAsStream("profiles.json"))) {
            return List.copyOf(
                    Json.read(in.readAllBytes(), Table.class, "profiles.json").profiles());
        } catch (IOException e) {
            throw new UncheckedIOException("profiles.json cannot be read", e);
        }
    }

    ProviderState state(String said) {
        return states.getOrDefault(said, ProviderState.UNKNOWN);
    }
}
