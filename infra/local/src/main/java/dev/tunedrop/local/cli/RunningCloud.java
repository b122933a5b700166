package dev.tunedrop.local.cli;

import java.net.URI;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.provider.Providers;
import dev.tunedrop.local.console.RunViews;

/// A cloud that answers, and what can be seen of it.
///
/// @param services those that this process is configured for
/// @param console where its console page is; absent when it has none
/// @param release frees the clients; the cloud itself goes on
record RunningCloud(
        Cloud cloud,
        Supplier<Providers> services,
        RunViews views,
        @Nullable URI console,
        Runnable release) implements AutoCloseable {

    @Override
    public void close() {
        release.run();
    }
}
