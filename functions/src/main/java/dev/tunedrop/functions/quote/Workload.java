package dev.tunedrop.functions.quote;

import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.RunSettings.Method;
import dev.tunedrop.events.run.TrainingMemory;

/// How much work a run is and how much memory it takes.
///
/// Operations per token, P being the linear weights of the blocks, H the head's, R an adapter's and a = 4 L C S / 2
/// those
/// of causal attention (twice that for an encoder), with the layers L, their width C and the rows' mean length S. A
/// block's forward is made twice, once of them inside its backward:
///
/// ```
/// adapter            6 P + 4 H + 8 R + 4.5 a
/// every weight       8 P + 6 H       + 4.5 a
/// forward alone      2 P + 2 H       +     a    held-out rows, and once over preference pairs for the reference
/// ```
///
/// @param steps optimiser steps, as far as they can be told before rows are packed
/// @param memoryGiB by [TrainingMemory], with one sequence, or what the settings say, as a micro-batch
record Workload(double steps, double flops, double memoryGiB) {

    private static final double GIB = 1L << 30;
    private static final double LONGEST_OVER_MEAN = 4.0;

    /// Looks at the held-out rows when training is over: the base's and the adapter's.
    private static final double LAST_LOOKS = 2;

    static Workload of(BaseFacts base, Lesson lesson, Method method) {
        RunSettings settings = lesson.settings();
        Manifest manifest = lesson.manifest();
        double linear = base.linearWeights();
        double head = base.activeWeights() - linear;
        double trained = base.trainedWeights(settings, method);
        double attention = (base.generates() ? 2.0 : 4.0) * base.layers() * base.queryWidth() * meanRow(manifest);
        double forward = 2 * linear + 2 * head + attention;
        double training =
                4.5 * attention + (method == Method.FULL ? 8 * linear + 6 * head : 6 * linear + 4 * head + 8 * trained);
        double tokens = tokens(settings, manifest);
        double reference =
                lesson.pairs() ? Math.min(tokens, (double) manifest.train().tokens()) : 0;
        double steps = steps(settings, manifest);
        double heldOut =
                manifest.validation() == null ? 0 : manifest.validation().tokens();
        TrainingMemory memory = TrainingMemory.of(
                base.memorySizes(), method, settings.compute(), settings.memory(), trained, microBatchTokens(lesson));
        return new Workload(
                steps,
                training * tokens + forward * (reference + heldOut * (LAST_LOOKS + looks(settings, steps))),
                memory.onDevice() / GIB);
    }

    /// Looks at the held-out rows while training.
    private static double looks(RunSettings settings, double steps) {
        Integer every = settings.evaluation().everySteps();
        return every == null ? 0 : Math.floor(steps / every);
    }

    /// Tokens of all epochs.
    static double epochTokens(Lesson lesson) {
        return (double) lesson.settings().epochs()
                * (double) lesson.manifest().train().tokens();
    }

    /// Tokens that pass through the model: epochs, or fewer where a step limit ends them.
    private static double tokens(RunSettings settings, Manifest manifest) {
        double epochs = (double) settings.epochs() * (double) manifest.train().tokens();
        if (settings.maxSteps() == null) return epochs;
        return Math.min(epochs, settings.maxSteps() * tokensPerStep(settings, manifest));
    }

    /// A step never spans two epochs.
    private static double steps(RunSettings settings, Manifest manifest) {
        double ofEpoch = Math.ceil(manifest.train().tokens() / tokensPerStep(settings, manifest));
        double steps = settings.epochs() * ofEpoch;
        return settings.maxSteps() == null ? steps : Math.min(steps, settings.maxSteps());
    }

    private static double tokensPerStep(RunSettings settings, Manifest manifest) {
        if (settings.tokensPerStep() != null) return settings.tokensPerStep();
        double perSequence = settings.packing()
                ? Math.min(settings.maxTokens(), manifest.train().tokens())
                : meanRow(manifest);
        return settings.sequencesPerStep() * Math.max(1, perSequence);
    }

    private static double meanRow(Manifest manifest) {
        return (double) manifest.train().tokens() / Math.max(1, manifest.train().rows());
    }

    /// A pair's two sequences are never apart.
    private static double microBatchTokens(Lesson lesson) {
        RunSettings settings = lesson.settings();
        Manifest manifest = lesson.manifest();
        Integer chosen = settings.memory().microBatchTokens();
        double longest =
                Math.min(settings.maxTokens(), LONGEST_OVER_MEAN * meanRow(manifest)) * (lesson.pairs() ? 2 : 1);
        double sequence = settings.packing()
                ? Math.max(
                        (double) Math.min(settings.maxTokens(), manifest.train().tokens()),
                        lesson.pairs() ? longest : 0)
                : longest;
        return chosen == null ? sequence : Math.max(chosen, sequence);
    }
}
