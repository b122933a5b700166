package dev.tunedrop.trainer.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.run.EvaluationSettings;
import dev.tunedrop.events.run.EvaluationSettings.Keep;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.checkpoint.Looks;
import dev.tunedrop.trainer.model.Parameter;

/// Looks at the held-out rows now and then while a run trains: for the curve, to stop when the loss no longer falls,
/// and to keep the best weights seen, in host memory. What it knows is part of the checkpoint, so a resumed run stops
/// at the same step and hands over the same weights.
public final class HeldOutWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HeldOutWatch.class);

    private final Plan plan;
    private final DoubleSupplier loss;
    private final List<Parameter> parameters;
    private final Map<String, NDArray> best = new LinkedHashMap<>();
    private final NDManager host;
    private Looks looks = Looks.NONE;

    /// @param everySteps steps between two looks; 0: at each epoch's end; absent: never
    /// @param patience looks without improvement that end the run; absent: it never ends early
    /// @param minDelta how much lower a loss must be to count as better
    /// @param keepBest whether the run ends with the best weights instead of the last
    record Plan(@Nullable Integer everySteps, @Nullable Integer patience, double minDelta, boolean keepBest) {

        static final Plan NEVER = new Plan(null, null, 0, false);

        /// @param heldOut whether there is something to look at
        static Plan of(EvaluationSettings settings, boolean heldOut) {
            boolean needed = settings.patience() != null || settings.keep() == Keep.BEST;
            if (!heldOut) {
                if (needed)
                    LOG.warn("no rows are held out, so the run cannot tell better weights from worse: it makes all its"
                            + " steps and ends with the last; raise validationShare to change that");
                return NEVER;
            }
            Integer every = settings.everySteps() == null && needed ? Integer.valueOf(0) : settings.everySteps();
            return new Plan(every, settings.patience(), settings.minDelta(), settings.keep() == Keep.BEST);
        }

        boolean due(int step, boolean epochEnd, boolean last) {
            if (everySteps == null) return false;
            return last || (everySteps == 0 ? epochEnd : step % everySteps == 0);
        }
    }

    /// @param loss mean over the held-out rows' trained tokens, with the weights as they are
    /// @param parameters of the model that is trained
    HeldOutWatch(Plan plan, DoubleSupplier loss, List<Parameter> parameters, NDManager parent) {
        this.plan = plan;
        this.loss = loss;
        this.parameters = List.copyOf(parameters);
        this.host = parent.newSubManager(Device.cpu());
        if (plan.keepBest())
            for (Parameter parameter : parameters)
                best.put(
                        "best." + parameter.name(),
                        host.zeros(parameter.master().getShape(), DataType.FLOAT32));
    }

    /// Looks if it is time to.
    ///
    /// @return the held-out loss; absent when nobody looked, or when it is not finite
    @Nullable
    Double look(int step, boolean epochEnd, boolean last) {
        if (!plan.due(step, epochEnd, last)) return null;
        double now = loss.getAsDouble();
        if (looks.improvedBy(now, plan.minDelta())) keep();
        looks = looks.plus(step, now, plan.minDelta());
        if (Double.isFinite(now)) return now;
        LOG.warn("the held-out loss after step {} is {}; it counts as no improvement", step, now);
        return null;
    }

    /// Whether the loss has not fallen for too long.
    boolean outOfPatience() {
        return plan.patience() != null && looks.sinceBest() >= plan.patience();
    }

    /// Why the run ended early.
    String sentence() {
        return String.format(
                Locale.ROOT,
                "the held-out loss has not fallen since step %d, for %d looks",
                looks.bestStep(),
                looks.sinceBest());
    }

    Looks looks() {
        return looks;
    }

    void resume(Looks earlier) {
        looks = earlier;
    }

    /// What a checkpoint holds of it.
    Map<String, NDArray> state() {
        return best;
    }

    /// Gives the parameters the best weights seen, where the plan keeps them and some were.
    ///
    /// @return the step they are of
    int bringBack(int lastStep) {
        if (!plan.keepBest() || looks.bestStep() == 0) return lastStep;
        for (Parameter parameter : parameters) Ops.copy_(parameter.master(), kept(parameter));
        return looks.bestStep();
    }

    private void keep() {
        if (plan.keepBest()) for (Parameter parameter : parameters) Ops.copy_(kept(parameter), parameter.master());
    }

    private NDArray kept(Parameter parameter) {
        NDArray array = best.get("best." + parameter.name());
        if (array == null) throw new IllegalStateException("no best weights are kept of " + parameter.name());
        return array;
    }

    @Override
    public void close() {
        host.close();
    }
}
