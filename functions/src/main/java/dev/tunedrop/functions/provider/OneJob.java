package dev.tunedrop.functions.provider;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

import dev.tunedrop.functions.TransientFailure;

/// Sees that exactly one job exists for an order, at a service that can lose its answer after the work is done.
///
/// A job is looked for before one is made; a create is sent once; and after an answer that was lost no other
/// is sent before the service has had time to show the job.
public final class OneJob {

    private final String service;
    private final Duration settled;
    private final Attempts attempts;
    private final Clock clock;

    /// @param service its id, for messages
    /// @param settled how long a create may take to show up; zero where two creates of one order make one
    /// job anyway
    public OneJob(String service, Duration settled, Attempts attempts, Clock clock) {
        this.service = service;
        this.settled = settled;
        this.attempts = attempts;
        this.clock = clock;
    }

    /// What a create has come to.
    public sealed interface Created {
        record Made(String jobId) implements Created {}

        record No(String code, String reason) implements Created {}

        /// Certainly nothing was made; asking again later may help.
        record Later(String reason) implements Created {}

        /// It may have been made or not.
        record Unclear(String reason) implements Created {}
    }

    /// What goes before a create and costs nothing; it gives back the create. It throws [SaysNo] for a no.
    @FunctionalInterface
    public interface Preparation {
        Supplier<Created> ready();
    }

    public Submission of(Provider provider, String orderKey, Preparation preparation) {
        try {
            Optional<String> existing = provider.jobOf(orderKey);
            if (existing.isPresent()) return new Submission.Accepted(existing.get(), true);
            Optional<Instant> sent = attempts.last(orderKey);
            if (sent.isPresent() && clock.instant().isBefore(sent.get().plus(settled)))
                throw waiting("an earlier create may still show up");
            Supplier<Created> create = preparation.ready();
            attempts.sending(orderKey, clock.instant());
            return answer(provider, orderKey, create.get());
        } catch (SaysNo no) {
            return new Submission.Refused(no.code(), no.reason());
        }
    }

    private Submission answer(Provider provider, String orderKey, Created created) {
        return switch (created) {
            case Created.Made(String jobId) -> new Submission.Accepted(jobId, false);
            case Created.No(String code, String reason) -> {
                attempts.clear(orderKey);
                yield new Submission.Refused(code, reason);
            }
            case Created.Later(String reason) -> {
                attempts.clear(orderKey);
                throw waiting(reason);
            }
            case Created.Unclear(String reason) -> foundAfter(provider, orderKey, reason);
        };
    }

    /// The create may have made the job. Nothing the service says now proves that it did not.
    private Submission foundAfter(Provider provider, String orderKey, String reason) {
        try {
            Optional<String> made = provider.jobOf(orderKey);
            if (made.isPresent()) return new Submission.Accepted(made.get(), true);
        } catch (SaysNo no) {
            throw new TransientFailure(no.reason() + ", after a create that " + reason, no);
        }
        throw waiting("the create " + reason + " and the job has not shown up yet");
    }

    private TransientFailure waiting(String reason) {
        return new TransientFailure(service + ": " + reason, new IllegalStateException(reason));
    }
}
