/// Files that survive a killed process: whole-file replacement and append-only logs. Start at
/// [dev.tunedrop.local.disk.DurableFile]. Depends on the JDK and `events`' JSON rules only.
@NullMarked
package dev.tunedrop.local.disk;

import org.jspecify.annotations.NullMarked;
