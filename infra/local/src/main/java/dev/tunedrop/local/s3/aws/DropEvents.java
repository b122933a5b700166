package dev.tunedrop.local.s3.aws;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.local.bus.LocalBus;
import dev.tunedrop.local.disk.AppendLog;

/// Publishes "Object Created" for one bucket, and remembers on disk which objects the bus has taken. After a crash
/// between a write and its event, [#reconcile] publishes what is missing; an event too many is harmless, since
/// consumers know a drop by key and ETag.
public final class DropEvents implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DropEvents.class);

    private final String bucket;
    private final LocalBus bus;
    private final AppendLog log;
    private final Set<String> taken = ConcurrentHashMap.newKeySet();

    public DropEvents(String bucket, LocalBus bus, Path file) {
        this.bucket = bucket;
        this.bus = bus;
        this.log = AppendLog.open(file);
        taken.addAll(log.recovered());
    }

    public void created(ObjectCreated object) {
        if (!object.bucket().equals(bucket)) return;
        bus.publish(LocalBus.envelope(
                "aws.s3", "Object Created", object.detail(), List.of("arn:aws:s3:::" + object.bucket())));
        if (taken.add(name(object))) log.append(name(object));
    }

    /// Publishes the events of objects of which the bus never heard; how many.
    public int reconcile(List<ObjectCreated> objects) {
        List<ObjectCreated> missed =
                objects.stream().filter(object -> !taken.contains(name(object))).toList();
        missed.forEach(this::created);
        if (!missed.isEmpty()) LOG.info("published {} events that were missed", missed.size());
        return missed.size();
    }

    /// ETags are hexadecimal, so the first space ends one; a line feed in a key is written as the control picture.
    private static String name(ObjectCreated object) {
        return object.eTag() + " " + object.key().replace("\n", "\\n").replace("\r", "\\r");
    }

    @Override
    public void close() {
        log.close();
    }
}
