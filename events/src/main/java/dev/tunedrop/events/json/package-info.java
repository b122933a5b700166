/// One way to read and write JSON documents: strict in, canonical out. Start at [dev.tunedrop.events.json.Json].
@NullMarked
package dev.tunedrop.events.json;

import org.jspecify.annotations.NullMarked;
