package dev.tunedrop.trainer.model;

/// How far apart two results are.
final class Differences {

    private Differences() {}

    /// The largest |a - b|.
    static double largest(float[] a, float[] b) {
        if (a.length != b.length) throw new AssertionError("lengths " + a.length + " and " + b.length);
        double largest = 0;
        for (int i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((double) a[i] - b[i]));
        return largest;
    }

    /// ‖a - b‖ / ‖b‖
    static double relative(float[] a, float[] b) {
        if (a.length != b.length) throw new AssertionError("lengths " + a.length + " and " + b.length);
        double difference = 0;
        double size = 0;
        for (int i = 0; i < a.length; i++) {
            difference += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
            size += (double) b[i] * b[i];
        }
        return size == 0 ? Math.sqrt(difference) : Math.sqrt(difference / size);
    }

    static double relative(double a, double b) {
        return Math.abs(a - b) / Math.abs(b);
    }
}
