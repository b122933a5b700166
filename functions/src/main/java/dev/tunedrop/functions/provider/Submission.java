package dev.tunedrop.functions.provider;

/// A service's answer to an order.
public sealed interface Submission {

    /// @param found whether an earlier call had made the job already
    record Accepted(String jobId, boolean found) implements Submission {}

    /// No, and asking again changes nothing: the next route is to be taken.
    ///
    /// @param code a word for tables, such as `not-available`, `quota`, `spend-limit`, `invalid-data`
    /// @param reason one sentence, without any of the training text
    record Refused(String code, String reason) implements Submission {}
}
