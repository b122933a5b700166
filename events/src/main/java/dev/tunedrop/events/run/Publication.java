package dev.tunedrop.events.run;

import java.util.List;

import org.jspecify.annotations.Nullable;

/// An adapter behind an endpoint.
///
/// @param component the inference component's immutable name
/// @param previousComponent kept for a rollback of one write
public record Publication(
        String runId,
        String endpoint,
        String component,
        @Nullable String previousComponent,
        String adapterUri,
        String adapterSha256,
        List<Sample> samples) {

    public Publication {
        samples = List.copyOf(samples);
    }

    /// One question of the held-out rows, answered by base and adapter.
    ///
    /// @param base absent: the base alone has no answer, as an encoder without labels has none
    public record Sample(
            String prompt, String expected, @Nullable String base, String adapter) {
        @Override
        public String toString() {
            return "Sample[withheld: it holds training text]";
        }
    }
}
