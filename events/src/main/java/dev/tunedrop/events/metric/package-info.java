/// What Tunedrop reports of itself in figures, and the lines that carry them (CloudWatch's embedded metric format).
/// Start at [dev.tunedrop.events.metric.Metric], the list of figures; [dev.tunedrop.events.metric.EmfLines] writes
/// them, [dev.tunedrop.events.metric.Emf] is the format itself. Depends on the JSON rules of this room only.
@NullMarked
package dev.tunedrop.events.metric;

import org.jspecify.annotations.NullMarked;
