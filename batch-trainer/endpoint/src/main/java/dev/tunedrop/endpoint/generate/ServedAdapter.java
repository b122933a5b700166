package dev.tunedrop.endpoint.generate;

import java.util.List;

/// What is known of an adapter in service.
///
/// @param src the directory it was read from
/// @param rank R of its A (R, I) and B (O, R)
/// @param requests that use it at this moment
public record ServedAdapter(String name, String src, int rank, double alpha, List<String> targets, int requests) {

    public ServedAdapter {
        targets = List.copyOf(targets);
    }
}
