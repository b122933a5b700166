package dev.tunedrop.endpoint.generate;

import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// A base that writes, and its adapters.
public final class Serving implements Service {

    private final String base;
    private final LanguageModel model;
    private final Words words;
    private final AdapterTable adapters = new AdapterTable();
    private final FairTurns turns;
    private final PromptWatch prompts;

    /// Nobody watches what is asked.
    public Serving(String base, LanguageModel model, Words words, int active, int waiting) {
        this(base, model, words, active, waiting, PromptWatch.NONE);
    }

    /// Takes over the model: closing this closes it.
    ///
    /// @param prompts sees what adapters are asked; stays the caller's
    public Serving(String base, LanguageModel model, Words words, int active, int waiting, PromptWatch prompts) {
        this.base = base;
        this.prompts = prompts;
        this.model = model;
        this.words = words;
        turns = new FairTurns(active, waiting);
    }

    @Override
    public String base() {
        return base;
    }

    @Override
    public List<ServedAdapter> adapters() {
        return adapters.list();
    }

    @Override
    public Loaded load(String name, Path directory) {
        return adapters.load(base, name, directory, model::loadAdapter);
    }

    @Override
    public boolean unload(String name) {
        return adapters.remove(name);
    }

    /// Starts an answer.
    ///
    /// @param served the base's name or an adapter's; absent: the base
    /// @throws UnknownModel where nothing has that name
    /// @throws UnusableRequest where the base cannot take the conversation
    /// @throws Busy where too many wait already
    public Generation begin(@Nullable String served, List<Message> messages, Sampling sampling) {
        AdapterTable.Lease lease = null;
        if (served != null && !served.equals(base)) {
            lease = adapters.lease(served);
            if (lease == null) throw new UnknownModel("no model is served under the name in the request");
        }
        boolean begun = false;
        try {
            int[] prompt = words.promptIds(messages);
            if (prompt.length >= model.contextTokens())
                throw new UnusableRequest(
                        UnusableRequest.Reason.CONTEXT_LENGTH,
                        "the conversation has %d tokens and the model's context holds %d, answer included; shorten it"
                                .formatted(prompt.length, model.contextTokens()));
            Generation generation = new Generation(model, words, lease, turns, prompt, sampling);
            turns.submit(generation);
            begun = true;
            if (served != null && lease != null) prompts.seen(served, prompt);
            return generation;
        } finally {
            if (!begun && lease != null) lease.close();
        }
    }

    @Override
    public void close() {
        turns.close();
        adapters.removeAll();
        model.close();
    }
}
