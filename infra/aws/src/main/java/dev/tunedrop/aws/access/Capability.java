package dev.tunedrop.aws.access;

/// What a function may be allowed to do, as `access.json` names it. [Statements] spells each as IAM statements.
public enum Capability {
    /// Any version of a drop and the settings beside it.
    READ_DROPS,
    /// Which versions lie in the drop bucket.
    LIST_DROPS,
    READ_BASES,
    /// The documents of runs.
    READ_RUNS,
    WRITE_RUNS,
    /// The ledger's rows of runs, newest drops and aliases.
    LEDGER_RUNS,
    /// The ledger's rows of datasets and of requests to train them again.
    LEDGER_DATASETS,
    /// Which datasets there are.
    LIST_DATASETS,
    /// The ledger's rows of days, datasets and reservations, and which reservations are open.
    LEDGER_BUDGET,
    /// What settled runs took, by which the next quote is corrected.
    LEDGER_LESSONS,
    /// The ledger's rows of runs, and which aliases there are.
    LEDGER_ALIASES,
    /// What passes by the clock have done before.
    SCHEDULE_NOTES,
    /// What endpoints have counted of their prompts.
    READ_PROFILES,
    /// Tokens kept under what they were made from.
    KEPT_TOKENS,
    /// Tables that replace those of the catalogue.
    READ_CATALOGUE,
    WRITE_CATALOGUE,
    /// What AWS says machines cost.
    ASK_PRICES,
    /// Jobs that wait for a machine, and taking them back.
    WATCH_JOBS,
    START_RUNS,
    PUBLISH_EVENTS,
    /// Endpoints, their components, and asking them.
    HOST_ADAPTERS,
    /// Answers an execution that waits for news.
    ANSWER_RUNS,
    /// Which job of a training service belongs to which run, and which of its messages were taken.
    PROVIDER_NOTES,
    /// Gives jobs to Bedrock's and SageMaker's customisation, and their role with them.
    ORDER_CUSTOM_MODELS,
    WATCH_CUSTOM_MODELS,
    STOP_CUSTOM_MODELS,
    /// Has Bedrock answer with a tuned model.
    DEPLOY_CUSTOM_MODELS,
    /// The keys of training services outside the account. Who lacks this is denied them explicitly.
    PROVIDER_SECRETS
}
