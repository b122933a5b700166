package dev.tunedrop.local.cli;

import java.net.URI;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.local.console.RunViews;

/// A cloud that answers, and what can be seen of it.
///
/// @param console where its console page is; absent when it has none
/// @param release frees the clients; the cloud itself goes on
record RunningCloud(Cloud cloud, RunViews views, @Nullable URI console, Runnable release) implements AutoCloseable {

    @Override
    public void close() {
        release.run();
    }
}
