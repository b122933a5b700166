package dev.tunedrop.local.queue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.disk.DurableFile;

/// A standard queue: one file per message. A message handed out is hidden for the visibility timeout and comes back
/// unless it was deleted; after `maxReceives` hand-outs it moves to the dead-letter queue. Hand-outs are counted on the
/// disk, so that a message that kills the process is not handed out for ever.
public final class LocalQueue {

    private final String name;
    private final Path folder;
    private final Duration visibility;
    private final int maxReceives;
    private final @Nullable LocalQueue deadLetters;
    private final Clock clock;
    private final Map<String, Held> messages = new HashMap<>();
    private final Semaphore arrivals = new Semaphore(0);

    /// @param deadLetters where messages go that were handed out `maxReceives` times; null: they stay
    public LocalQueue(
            String name,
            Path folder,
            Duration visibility,
            int maxReceives,
            @Nullable LocalQueue deadLetters,
            Clock clock) {
        this.name = name;
        this.folder = folder;
        this.visibility = visibility;
        this.maxReceives = maxReceives;
        this.deadLetters = deadLetters;
        this.clock = clock;
        load();
    }

    /// The file of a message.
    private record Stored(String id, String body, Instant sent, int receives) {}

    private record Held(Stored stored, Instant visibleAt, String receipt) {}

    public String name() {
        return name;
    }

    public String arn() {
        return "arn:aws:sqs:us-east-1:000000000000:" + name;
    }

    /// Accepts a message; it is on the disk when this returns.
    public String send(String body) {
        Stored stored = new Stored(UUID.randomUUID().toString(), body, clock.instant(), 0);
        synchronized (this) {
            write(stored);
            messages.put(stored.id(), new Held(stored, clock.instant(), ""));
        }
        arrivals.release();
        return stored.id();
    }

    /// Hands out up to `max` visible messages, oldest first.
    public synchronized List<Message> receive(int max) {
        Instant now = clock.instant();
        List<Held> visible = messages.values().stream()
                .filter(held -> !held.visibleAt().isAfter(now))
                .sorted(Comparator.comparing((Held held) -> held.stored().sent())
                        .thenComparing(held -> held.stored().id()))
                .toList();
        List<Message> out = new ArrayList<>();
        for (Held held : visible) {
            if (out.size() == max) break;
            Stored before = held.stored();
            if (deadLetters != null && before.receives() >= maxReceives) {
                deadLetters.send(before.body());
                remove(before.id());
                continue;
            }
            Stored after = new Stored(before.id(), before.body(), before.sent(), before.receives() + 1);
            write(after);
            String receipt = UUID.randomUUID().toString();
            messages.put(after.id(), new Held(after, now.plus(visibility), receipt));
            out.add(new Message(after.id(), after.body(), after.sent(), after.receives(), receipt));
        }
        return out;
    }

    /// Takes a message off the queue, if the receipt is that of its last hand-out.
    public synchronized void delete(Message message) {
        Held held = messages.get(message.id());
        if (held != null && held.receipt().equals(message.receipt())) remove(message.id());
    }

    /// Makes a message visible again at once, or after a pause.
    public synchronized void release(Message message, Duration pause) {
        Held held = messages.get(message.id());
        if (held == null || !held.receipt().equals(message.receipt())) return;
        messages.put(message.id(), new Held(held.stored(), clock.instant().plus(pause), held.receipt()));
    }

    public synchronized int size() {
        return messages.size();
    }

    /// Waits until something was sent, or for `atMost`.
    public void awaitArrival(Duration atMost) throws InterruptedException {
        if (arrivals.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) arrivals.drainPermits();
    }

    private void remove(String id) {
        DurableFile.delete(file(id));
        messages.remove(id);
    }

    private void write(Stored stored) {
        DurableFile.write(file(stored.id()), Json.bytes(stored));
    }

    private Path file(String id) {
        return folder.resolve(id + ".json");
    }

    private void load() {
        try {
            Files.createDirectories(folder);
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".json")).forEach(file -> {
                    Stored stored = Json.read(file, Stored.class);
                    messages.put(stored.id(), new Held(stored, clock.instant(), ""));
                });
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the queue " + folder, e);
        }
    }
}
