package dev.tunedrop.functions.managed;

import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.provider.Providers;

/// The doors that the steps here go through.
public record Services(Cloud cloud, Providers providers) {}
