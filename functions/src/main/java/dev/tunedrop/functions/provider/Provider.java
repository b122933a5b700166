package dev.tunedrop.functions.provider;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A managed fine-tuning service.
///
/// What a service says no to is an answer, never an exception. An exception means that nothing is known, and
/// that the same call may be made again: `TransientFailure` when a wait is likely to help, anything else a
/// fault of ours.
public interface Provider {

    /// The first half of a route's name, such as `openai` of `openai/gpt-4.1-mini-2025-04-14`.
    String id();

    /// Names in `targets.json` of the files it takes for a model; the first that takes a dataset's rows is
    /// written.
    List<String> targets(String model);

    /// Whether the data stays within the account. What says nothing is outside.
    default boolean insideAccount() {
        return false;
    }

    /// Sees that exactly one job exists for [TrainingOrder#key()], whatever was lost on the way of an
    /// earlier call, and says which.
    Submission submit(TrainingOrder order);

    /// The job that exists for an order's [TrainingOrder#key()], as far as the service shows it by now.
    Optional<String> jobOf(String orderKey);

    /// Where a job stands. A status the service has invented since is [ProviderState#UNKNOWN] and asks for
    /// patience.
    JobProgress progress(String jobId);

    /// Asks the service to stop. No-op for a job that has ended.
    void cancel(String jobId);

    /// What a job that has succeeded made; absent while that is not known.
    Optional<ManagedModel> result(String jobId);

    /// Sees that a model which a job here made answers for an endpoint, in place of the one that did before,
    /// and says by which id it is asked; empty while the service is still getting there. Most services serve
    /// every tuned model by its own id, and nothing is to be done.
    default Optional<String> serve(String model, String endpoint) {
        return Optional.of(model);
    }

    /// What a model that a job here made says, greedily.
    ///
    /// @param asked the id that [#serve] has told
    /// @param messages role and content of each
    /// @throws SaysNo when it cannot be asked from here, with what would help
    default String ask(String asked, List<Map<String, String>> messages, int maxTokens) {
        throw new SaysNo(
                "not-askable",
                "%s: %s answers once a person has deployed it there; ask it there".formatted(id(), asked));
    }

    /// Reads what the service sends when a job has ended; empty where it sends nothing.
    default Optional<Webhooks> webhooks() {
        return Optional.empty();
    }
}
