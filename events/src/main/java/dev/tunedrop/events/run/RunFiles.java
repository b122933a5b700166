package dev.tunedrop.events.run;

/// Where each document of a run lies in the artefact bucket. The one place that spells these names.
///
/// @param runId the run's name, see [DropRef#runId()]
public record RunFiles(String runId) {

    public String prefix() {
        return "runs/" + runId + "/";
    }

    public String drop() {
        return prefix() + "drop.json";
    }

    /// Why the run is there when no new file started it; absent otherwise.
    public String retrain() {
        return prefix() + "retrain.json";
    }

    public String settings() {
        return prefix() + "settings.json";
    }

    public String plan() {
        return prefix() + "plan.json";
    }

    /// What a dropped archive held.
    public String unpacked() {
        return prefix() + "unpacked";
    }

    /// Sums of the range's rows, by which repeats are found.
    public String chunkSketches(int chunk) {
        return prefix() + "chunks/%05d.sketches".formatted(chunk);
    }

    public String chunkReport(int chunk) {
        return prefix() + "chunks/%05d.report.json".formatted(chunk);
    }

    public String canonicalRows() {
        return prefix() + "dataset/rows.jsonl";
    }

    /// What the prompts of the rows look like.
    public String prompts() {
        return prefix() + "dataset/prompts.json";
    }

    public String trainShard() {
        return prefix() + "dataset/train.safetensors";
    }

    public String validationShard() {
        return prefix() + "dataset/validation.safetensors";
    }

    public String manifest() {
        return prefix() + "manifest.json";
    }

    public String report() {
        return prefix() + "report.json";
    }

    public String reportPage() {
        return prefix() + "report.html";
    }

    public String quote() {
        return prefix() + "quote.json";
    }

    /// The quote and the decision for people.
    public String quotePage() {
        return prefix() + "quote.html";
    }

    public String decision() {
        return prefix() + "decision.json";
    }

    /// The publication that is live when the run starts; absent when there is none.
    public String live() {
        return prefix() + "live.json";
    }

    public String metrics() {
        return prefix() + "training/metrics.jsonl";
    }

    public String trainingResult() {
        return prefix() + "training/result.json";
    }

    public String heldOut() {
        return prefix() + "training/heldout.json";
    }

    /// Which attempt of the training job the run belongs to.
    public String attempt() {
        return prefix() + "training/attempt.json";
    }

    public String checkpoints() {
        return prefix() + "training/checkpoints/";
    }

    public String adapter() {
        return prefix() + "adapter/";
    }

    /// Rows in the form that a managed service takes.
    ///
    /// @param side `train` or `validation`
    public String managedRows(String side) {
        return prefix() + "managed/" + side + ".jsonl";
    }

    /// The job at a managed service; absent while none is known to exist.
    public String managedJob() {
        return prefix() + "managed/job.json";
    }

    /// The question that news of the job answers.
    public String managedWait() {
        return prefix() + "managed/wait.json";
    }

    /// Where the job stood at the last look.
    public String managedProgress() {
        return prefix() + "managed/progress.json";
    }

    public String managedResult() {
        return prefix() + "managed/result.json";
    }

    public String evaluation() {
        return prefix() + "evaluation.json";
    }

    public String publication() {
        return prefix() + "publication.json";
    }

    public String settlement() {
        return prefix() + "settlement.json";
    }

    public String failure() {
        return prefix() + "failure.json";
    }
}
