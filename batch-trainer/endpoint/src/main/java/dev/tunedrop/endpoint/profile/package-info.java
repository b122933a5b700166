/// What adapters are asked, in counts: an endpoint leaves them in the artefact bucket, where they are held against the
/// rows that the adapter was trained on. Start at [dev.tunedrop.endpoint.profile.PromptCounts]. Depends on `generate`,
/// the room events and the trainer's bucket.
@NullMarked
package dev.tunedrop.endpoint.profile;

import org.jspecify.annotations.NullMarked;
