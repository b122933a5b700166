package dev.tunedrop.trainer.bench;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.tunedrop.trainer.model.MicroBatch;
import dev.tunedrop.trainer.model.Parameter;
import dev.tunedrop.trainer.model.Trainable;

/// What one forward and backward gave, on the host.
///
/// @param loss mean over the trained tokens
/// @param gradients of that mean, by parameter
record Pass(double loss, Map<String, float[]> gradients) {

    static Pass of(Trainable model, MicroBatch batch) {
        model.beginStep(0);
        double loss = model.lossAndGradients(batch) / batch.trainedTokens();
        Map<String, float[]> gradients = new LinkedHashMap<>();
        for (Parameter parameter : model.parameters()) {
            float[] gradient = parameter.gradient().toFloatArray();
            for (int i = 0; i < gradient.length; i++) gradient[i] /= batch.trainedTokens();
            gradients.put(parameter.name(), gradient);
        }
        return new Pass(loss, gradients);
    }

    /// How far two passes are apart.
    ///
    /// @param loss |a - b| / |b|
    /// @param worst the largest ‖da - db‖ / ‖db‖ of a gradient
    /// @param name whose it is
    record Distance(double loss, double worst, String name) {

        boolean within(double mostLoss, double mostGradient) {
            return loss <= mostLoss && worst <= mostGradient;
        }

        @Override
        public String toString() {
            return "loss %.2e, worst gradient %.2e (%s)".formatted(loss, worst, name);
        }
    }

    Distance to(Pass reference) {
        if (!gradients.keySet().equals(reference.gradients.keySet()))
            throw new IllegalStateException("the passes are of different models");
        Distance worst = new Distance(Math.abs(loss - reference.loss) / Math.abs(reference.loss), 0, "none");
        for (Map.Entry<String, float[]> entry : gradients.entrySet()) {
            double relative = relative(entry.getValue(), reference.gradient(entry.getKey()));
            // a NaN must not pass for a small number
            if (!(relative <= worst.worst)) worst = new Distance(worst.loss, relative, entry.getKey());
            if (Double.isNaN(relative)) break;
        }
        return worst;
    }

    private float[] gradient(String name) {
        float[] gradient = gradients.get(name);
        if (gradient == null) throw new IllegalStateException("no gradient of " + name);
        return gradient;
    }

    /// ‖a - b‖ / ‖b‖
    static double relative(float[] a, float[] b) {
        if (a.length != b.length) throw new IllegalStateException("lengths " + a.length + " and " + b.length);
        double difference = 0;
        double size = 0;
        for (int i = 0; i < a.length; i++) {
            difference += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
            size += (double) b[i] * b[i];
        }
        return size == 0 ? Math.sqrt(difference) : Math.sqrt(difference / size);
    }
}
