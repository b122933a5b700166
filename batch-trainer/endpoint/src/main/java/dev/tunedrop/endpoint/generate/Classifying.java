package dev.tunedrop.endpoint.generate;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/// A base that tells labels of texts, and its adapters. A text is one turn on the model's thread.
public final class Classifying implements Service {

    private final String base;
    private final TextClassifier model;
    private final AdapterTable adapters = new AdapterTable();
    private final FairTurns turns;

    /// Takes over the model: closing this closes it.
    public Classifying(String base, TextClassifier model, int active, int waiting) {
        this.base = base;
        this.model = model;
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

    /// Begins to look at a text; the future fails with [UnusableRequest] where the model cannot read it.
    ///
    /// @param served the base's name or an adapter's
    /// @throws UnknownModel where nothing has that name
    /// @throws Busy where too many wait already
    public CompletableFuture<LabelScores> classify(String served, String text) {
        AdapterTable.Lease lease = null;
        if (!served.equals(base)) {
            lease = adapters.lease(served);
            if (lease == null) throw new UnknownModel("no model is served under the name in the request");
        }
        Look look = new Look(lease, text);
        boolean begun = false;
        try {
            turns.submit(look);
            begun = true;
        } finally {
            if (!begun && lease != null) lease.close();
        }
        return look.answer;
    }

    private final class Look implements FairTurns.Job {
        private final AdapterTable.@Nullable Lease lease;
        private final String text;
        private final CompletableFuture<LabelScores> answer = new CompletableFuture<>();

        Look(AdapterTable.@Nullable Lease lease, String text) {
            this.lease = lease;
            this.text = text;
        }

        @Override
        public boolean turn() {
            answer.complete(model.classify(lease == null ? null : lease.adapter(), text));
            if (lease != null) lease.close();
            return false;
        }

        @Override
        public void failed(Throwable cause) {
            if (lease != null) lease.close();
            answer.completeExceptionally(cause);
        }
    }

    @Override
    public void close() {
        turns.close();
        adapters.removeAll();
        model.close();
    }
}
