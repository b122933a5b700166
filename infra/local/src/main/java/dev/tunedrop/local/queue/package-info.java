/// SQS on this machine: at-least-once queues with visibility timeout, receive count and dead-letter queue. Start at
/// [dev.tunedrop.local.queue.LocalQueue]. A message is on the disk before it is accepted. Depends on `disk`.
@NullMarked
package dev.tunedrop.local.queue;

import org.jspecify.annotations.NullMarked;
