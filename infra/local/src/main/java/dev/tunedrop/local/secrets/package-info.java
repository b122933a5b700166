/// Secrets of a cloud on this machine: files that only their owner can read. Start with
/// [dev.tunedrop.local.secrets.SecretFiles].
@NullMarked
package dev.tunedrop.local.secrets;

import org.jspecify.annotations.NullMarked;
