package dev.tunedrop.functions.cloud;

import java.util.List;
import java.util.Map;

/// Endpoints that serve a base model with adapters on top. Each call goes one step further and can be repeated.
public interface Endpoints {

    /// Makes the endpoint and its base component unless they exist.
    Progress ensureEndpoint(String endpoint, String base, String baseUri);

    /// Makes the adapter's component unless it exists. The name is used once and never changes its meaning.
    Progress ensureAdapter(String endpoint, String base, String component, String adapterUri);

    /// Asks one component of the endpoint; the messages are role and content. Greedy.
    ///
    /// @param component an adapter's component or [#baseComponent(String)]
    String ask(String endpoint, String component, List<Map<String, String>> messages, int maxTokens);

    /// The name of the endpoint's base component.
    String baseComponent(String endpoint);

    /// Takes a component away; no-op when there is none.
    void remove(String component);

    /// How far an endpoint or component is.
    sealed interface Progress {
        record InService() implements Progress {}

        record Waiting(String what) implements Progress {}

        /// It failed for good; `reason` is the service's word.
        record Broken(String reason) implements Progress {}
    }
}
