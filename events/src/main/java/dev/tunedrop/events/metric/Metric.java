package dev.tunedrop.events.metric;

import org.jspecify.annotations.Nullable;

/// Every figure that is reported, by the name under which dashboards read it.
public enum Metric {
    /// Files whose rows were all good.
    ACCEPTED("Accepted", Unit.COUNT, Origin.FUNCTIONS),
    /// Files with a row at fault.
    REJECTED("Rejected", Unit.COUNT, Origin.FUNCTIONS),
    /// Runs that ended REJECTED, by the reason's code.
    REFUSED("Refused", Unit.COUNT, Origin.FUNCTIONS, "reason"),
    /// What a run that was settled had been expected to cost, in US dollars.
    QUOTED_USD("QuotedUsd", Unit.NONE, Origin.FUNCTIONS),
    /// What it has cost.
    ACTUAL_USD("ActualUsd", Unit.NONE, Origin.FUNCTIONS),
    /// Money set aside today for runs that go on.
    RESERVED_USD("ReservedUsd", Unit.NONE, Origin.FUNCTIONS),
    /// Money spent today.
    SPENT_USD("SpentUsd", Unit.NONE, Origin.FUNCTIONS),
    /// What reserved and spent money together may not exceed in a day.
    CAP_USD("CapUsd", Unit.NONE, Origin.FUNCTIONS),
    /// How far an endpoint's prompts of the last day are from those of the rows, by endpoint.
    DRIFT("Drift", Unit.NONE, Origin.FUNCTIONS, "endpoint"),
    /// Endpoints whose prompts are further from the rows than their `tune.json` allows.
    DRIFTED("EndpointsDrifted", Unit.COUNT, Origin.FUNCTIONS),
    /// Tokens that go through a model in training in a second.
    TOKENS_PER_SECOND("TokensPerSecond", Unit.PER_SECOND, Origin.TRAINER),
    /// Mean loss over a step's trained tokens.
    LOSS("Loss", Unit.NONE, Origin.TRAINER),
    /// Mean loss over the rows that are held out.
    HELD_OUT_LOSS("HeldOutLoss", Unit.NONE, Origin.TRAINER);

    /// The namespace of all of them.
    public static final String NAMESPACE = "Tunedrop";

    /// Who reports a figure.
    public enum Origin {
        FUNCTIONS,
        TRAINER
    }

    /// CloudWatch's words for units.
    enum Unit {
        NONE("None"),
        COUNT("Count"),
        PER_SECOND("Count/Second");

        private final String word;

        Unit(String word) {
            this.word = word;
        }
    }

    private final String wireName;
    private final Unit unit;
    private final Origin origin;
    private final @Nullable String dimension;

    Metric(String wireName, Unit unit, Origin origin) {
        this(wireName, unit, origin, null);
    }

    Metric(String wireName, Unit unit, Origin origin, @Nullable String dimension) {
        this.wireName = wireName;
        this.unit = unit;
        this.origin = origin;
        this.dimension = dimension;
    }

    public String wireName() {
        return wireName;
    }

    public String unit() {
        return unit.word;
    }

    public Origin origin() {
        return origin;
    }

    /// The property by whose values this figure is told apart; absent for most.
    public @Nullable String dimension() {
        return dimension;
    }
}
