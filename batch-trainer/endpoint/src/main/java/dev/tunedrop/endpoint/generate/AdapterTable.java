package dev.tunedrop.endpoint.generate;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// The adapters served now, by name. Taking one away leaves the requests that use it alone: its weights are freed when
/// the last of them ends.
final class AdapterTable {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private final Map<String, Entry> served = new HashMap<>();

    /// What is served under a name; `source` is where it was read.
    private static final class Entry {
        final String name;
        final Path source;
        final LanguageModel.Adapter adapter;
        int leases;
        boolean gone;

        Entry(String name, Path source, LanguageModel.Adapter adapter) {
            this.name = name;
            this.source = source;
            this.adapter = adapter;
        }
    }

    /// Reads an adapter and serves it under a name, unless that is taken.
    ///
    /// @param base the name of the base itself
    Service.Loaded load(String base, String name, Path directory, Function<Path, LanguageModel.Adapter> reader) {
        if (!NAME.matcher(name).matches())
            throw new UnusableAdapter(
                    "an adapter's name must be 1 to 128 letters, digits, dots, hyphens and underscores");
        Path source = directory.toAbsolutePath().normalize();
        if (name.equals(base)) return Service.Loaded.NAME_TAKEN;
        ServedAdapter there = find(name);
        if (there != null)
            return there.src().equals(source.toString()) ? Service.Loaded.ALREADY_THERE : Service.Loaded.NAME_TAKEN;
        LanguageModel.Adapter adapter = reader.apply(source);
        if (add(name, source, adapter)) return Service.Loaded.ADDED;
        adapter.close();
        return load(base, name, directory, reader);
    }

    /// Adds an adapter unless the name is taken; answers whether it was added.
    synchronized boolean add(String name, Path source, LanguageModel.Adapter adapter) {
        return served.putIfAbsent(name, new Entry(name, source, adapter)) == null;
    }

    synchronized @Nullable ServedAdapter find(String name) {
        Entry entry = served.get(name);
        return entry == null ? null : describe(entry);
    }

    synchronized List<ServedAdapter> list() {
        return served.values().stream()
                .sorted(Comparator.comparing(entry -> entry.name))
                .map(AdapterTable::describe)
                .toList();
    }

    private static ServedAdapter describe(Entry entry) {
        return new ServedAdapter(
                entry.name,
                entry.source.toString(),
                entry.adapter.rank(),
                entry.adapter.alpha(),
                entry.adapter.targets(),
                entry.leases);
    }

    /// Holds an adapter in memory for one request; null where there is none of that name.
    synchronized @Nullable Lease lease(String name) {
        Entry entry = served.get(name);
        if (entry == null) return null;
        entry.leases++;
        return new Lease(entry);
    }

    /// Stops serving an adapter; answers whether there was one.
    boolean remove(String name) {
        Entry idle;
        synchronized (this) {
            Entry entry = served.remove(name);
            if (entry == null) return false;
            entry.gone = true;
            idle = entry;
            if (entry.leases > 0) return true;
        }
        idle.adapter.close();
        return true;
    }

    void removeAll() {
        Collection<String> names;
        synchronized (this) {
            names = List.copyOf(served.keySet());
        }
        names.forEach(this::remove);
    }

    /// One request's hold on an adapter.
    final class Lease implements AutoCloseable {
        private final Entry entry;

        private Lease(Entry entry) {
            this.entry = entry;
        }

        LanguageModel.Adapter adapter() {
            return entry.adapter;
        }

        @Override
        public void close() {
            synchronized (AdapterTable.this) {
                entry.leases--;
                if (!entry.gone || entry.leases > 0) return;
            }
            entry.adapter.close();
        }
    }
}
