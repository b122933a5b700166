package dev.tunedrop.events.run;

/// Where a run stands in the ledger. Every drop ends in exactly one terminal state.
public enum RunState {
    RUNNING(false),
    AWAITING_APPROVAL(false),
    PUBLISHED(true),
    QUOTED(true),
    REJECTED(true),
    FAILED(true),
    SUPERSEDED(true);

    private final boolean terminal;

    RunState(boolean terminal) {
        this.terminal = terminal;
    }

    public boolean terminal() {
        return terminal;
    }
}
