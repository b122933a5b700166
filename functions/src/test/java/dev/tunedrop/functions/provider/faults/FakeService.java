package dev.tunedrop.functions.provider.faults;

import java.util.List;
import java.util.Map;

import dev.tunedrop.functions.provider.faults.FaultyService.Asked;

/// A managed service on this machine, with state. A request that its reference does not allow is refused and
/// remembered in [#complaints()], so that a test which only looks at the outcome does not miss it.
public interface FakeService extends FaultyService.Behaviour {

    /// What a job that ends well has trained on, where the service tells its billable tokens.
    long TOKENS = 10_000;

    /// What every model says.
    String ANSWER = "It is on its way.";

    /// Faults are set on it.
    String operation(Asked asked);

    /// Those of a submit: the one that finds a job first, the create last.
    List<String> operationsOfASubmit();

    /// The jobs that were made, the oldest first, as the provider names them.
    List<String> jobIds();

    List<String> complaints();

    /// Ends a job well, after which its model answers.
    void succeed(String jobId);

    /// What the functions are configured with to order here.
    ///
    /// @param address of the service, which ends with a slash
    Map<String, String> settings(String address);

    /// The keys it takes, by the names of their secrets.
    default Map<String, String> secrets() {
        return Map.of();
    }

    default String create() {
        return operationsOfASubmit().getLast();
    }
}
