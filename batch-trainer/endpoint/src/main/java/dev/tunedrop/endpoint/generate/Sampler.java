package dev.tunedrop.endpoint.generate;

import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/// Draws the next token from a row of logits z (V).
///
/// temperature 0    argmax z, the lowest id of equals
/// else             p = softmax(z / temperature); tokens in order of falling p (equals by id) until their sum reaches
///                  topP; one of them in proportion to p (nucleus sampling, Holtzman et al. 2020)
///
/// The draws are a function of the seed alone, so one seed gives one answer.
final class Sampler {

    private final double temperature;
    private final double topP;
    private final SplittableRandom random;

    Sampler(Sampling sampling) {
        temperature = sampling.temperature();
        topP = sampling.topP();
        Long seed = sampling.seed();
        random = new SplittableRandom(seed == null ? ThreadLocalRandom.current().nextLong() : seed);
    }

    int next(float[] logits) {
        int best = greatest(logits);
        if (temperature == 0) return best;
        double[] p = softmax(logits, logits[best]);
        return topP < 1 ? drawFromNucleus(p) : draw(p);
    }

    private static int greatest(float[] logits) {
        int best = 0;
        for (int i = 0; i < logits.length; i++) {
            if (!Float.isFinite(logits[i]) && logits[i] != Float.NEGATIVE_INFINITY)
                throw new IllegalStateException("the logit of token %d is %s".formatted(i, logits[i]));
            if (logits[i] > logits[best]) best = i;
        }
        return best;
    }

    private double[] softmax(float[] logits, double max) {
        double[] p = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            p[i] = Math.exp((logits[i] - max) / temperature);
            sum += p[i];
        }
        for (int i = 0; i < p.length; i++) p[i] /= sum;
        return p;
    }

    private int draw(double[] p) {
        double target = random.nextDouble();
        int last = 0;
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            if (p[i] == 0) continue;
            last = i;
            sum += p[i];
            if (target < sum) return i;
        }
        return last; // the sum of p fell short of 1 by rounding
    }

    /// Tokens below (1 - topP) / V together hold less than 1 - topP, so the nucleus closes before it reaches them: they
    /// need no sorting.
    private int drawFromNucleus(double[] p) {
        double floor = (1 - topP) / p.length;
        int[] order = IntStream.range(0, p.length)
                .filter(i -> p[i] >= floor)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> -p[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double mass = 0;
        int size = 0;
        while (size < order.length && mass < topP) mass += p[order[size++]];
        double target = random.nextDouble() * mass;
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += p[order[i]];
            if (target < sum) return order[i];
        }
        return order[size - 1];
    }
}
