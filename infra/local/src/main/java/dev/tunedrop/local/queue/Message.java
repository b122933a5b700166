package dev.tunedrop.local.queue;

import java.time.Instant;

/// A message as a consumer gets it.
///
/// @param receiveCount how often it has been handed out, this time included
/// @param receipt proves this hand-out; an older one deletes nothing
public record Message(String id, String body, Instant sent, int receiveCount, String receipt) {}
