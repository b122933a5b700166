package dev.tunedrop.local.finetuning;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.local.console.RunViews;
import dev.tunedrop.local.disk.FolderLock;
import dev.tunedrop.local.finetuning.http.ApiServer;
import dev.tunedrop.local.finetuning.http.Call;
import dev.tunedrop.local.finetuning.http.Refusal;
import dev.tunedrop.local.finetuning.http.Reply;

/// The API as a whole: which request does what, and what goes on by itself beside requests.
public final class FineTuningApi implements AutoCloseable {

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    /// Where an id follows.
    private static final Set<String> COLLECTIONS = Set.of("files", "uploads", "jobs", "models");

    private final List<AutoCloseable> running = new ArrayList<>();
    private final StoredFiles files;
    private final Uploads uploads;
    private final JobsApi jobs;
    private final Models models;
    private final ApiServer server;

    /// How it is reached, and whom it tells.
    ///
    /// @param port 0 for any free one
    /// @param key what a client must send; absent: anything
    /// @param webhook who is told how jobs ended; absent: nobody
    /// @param webhookSecret signs what is told
    public record Options(
            String host,
            int port,
            @Nullable String key,
            @Nullable URI webhook,
            @Nullable String webhookSecret) {

        @Override
        public String toString() {
            return "Options[host=%s, port=%d]".formatted(host, port);
        }
    }

    private FineTuningApi(
            Path folder, Cloud cloud, RunViews views, CloudDoor door, Options options, Clock clock, FolderLock lock) {
        running.add(lock);
        files = new StoredFiles(folder.resolve("files"), clock);
        uploads = new Uploads(folder.resolve("uploads"), files, clock);
        Jobs all = new Jobs(folder.resolve("jobs"), files, cloud, views, door, clock);
        models = new Models(all, cloud, door, clock);
        jobs = new JobsApi(all, files, models::bases, clock);
        if (options.webhook() != null && options.webhookSecret() != null) {
            Webhook webhook = new Webhook(options.webhook(), options.webhookSecret(), all, clock);
            running.add(webhook);
            running.add(new Rounds("fine-tuning-webhooks", LOOK_EVERY, webhook::tick));
        }
        server = ApiServer.start(options.host(), options.port(), options.key(), this::answer);
        running.add(new Rounds("fine-tuning-jobs", LOOK_EVERY, all::tick));
        running.add(server);
    }

    /// @param folder holds what is kept; one process at a time has it
    public static FineTuningApi start(
            Path folder, Cloud cloud, RunViews views, CloudDoor door, Options options, Clock clock) {
        FolderLock lock = locked(folder);
        boolean up = false;
        try {
            FineTuningApi api = new FineTuningApi(folder, cloud, views, door, options, clock, lock);
            up = true;
            return api;
        } finally {
            if (!up) closed(lock);
        }
    }

    private static FolderLock locked(Path folder) {
        try {
            return FolderLock.take(
                    folder,
                    "the fine-tuning API runs here already. Use it, stop it, or set TUNEDROP_HOME to another folder.");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use " + folder, e);
        }
    }

    /// What a client takes as its base URL.
    public URI address() {
        return server.address();
    }

    private Reply answer(Call call) {
        List<String> path = call.path();
        String id = path.isEmpty() ? "" : id(path);
        return switch (call.method() + " " + shape(path)) {
            case "GET files" -> files.list(call);
            case "POST files" -> files.create(call);
            case "GET files/*" -> new Reply.Document(files.file(id, "id").view());
            case "GET files/*/content" ->
                new Reply.Content(files.content(files.file(id, "id").id()));
            case "DELETE files/*" -> files.delete(id);
            case "POST uploads" -> uploads.create(call);
            case "POST uploads/*/parts" -> uploads.addPart(id, call);
            case "POST uploads/*/complete" -> uploads.complete(id, call);
            case "POST uploads/*/cancel" -> uploads.cancel(id);
            case "GET fine_tuning/jobs" -> jobs.list(call);
            case "POST fine_tuning/jobs" -> jobs.create(call);
            case "GET fine_tuning/jobs/*" -> jobs.get(id);
            case "GET fine_tuning/jobs/*/events" -> jobs.events(id, call);
            case "GET fine_tuning/jobs/*/checkpoints" -> jobs.checkpoints(id, call);
            case "POST fine_tuning/jobs/*/cancel" -> jobs.cancel(id);
            case "POST fine_tuning/jobs/*/pause" -> jobs.pause(id);
            case "POST fine_tuning/jobs/*/resume" -> jobs.resume(id);
            case "GET models" -> models.list();
            case "GET models/*" -> models.get(id);
            case "DELETE models/*" -> models.delete(id);
            case "POST chat/completions" -> models.chat(call);
            default ->
                throw Refusal.notFound(
                        null,
                        "unknown_url",
                        "Unknown request URL: %s %s. This server has files, uploads, fine_tuning/jobs, models and chat/completions under /v1/."
                                .formatted(call.method(), call.address()));
        };
    }

    /// The address with a star for each id.
    private static String shape(List<String> path) {
        List<String> shape = new ArrayList<>();
        for (int i = 0; i < path.size(); i++)
            shape.add(i > 0 && COLLECTIONS.contains(path.get(i - 1)) ? "*" : path.get(i));
        return String.join("/", shape);
    }

    private static String id(List<String> path) {
        for (int i = 1; i < path.size(); i++) if (COLLECTIONS.contains(path.get(i - 1))) return path.get(i);
        return "";
    }

    private static void closed(AutoCloseable service) {
        try {
            service.close();
        } catch (Exception e) {
            throw new IllegalStateException("the fine-tuning API did not stop in order", e);
        }
    }

    /// The newest first.
    @Override
    public void close() {
        running.reversed().forEach(FineTuningApi::closed);
    }
}
