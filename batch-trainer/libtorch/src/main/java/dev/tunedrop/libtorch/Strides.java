package dev.tunedrop.libtorch;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/// Arithmetic on sizes and strides, both in elements.
final class Strides {
    private Strides() {}

    /// Row-major strides.
    static long[] contiguous(long[] sizes) {
        long[] strides = new long[sizes.length];
        long stride = 1;
        for (int i = sizes.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride = Math.multiplyExact(stride, Math.max(1, sizes[i]));
        }
        return strides;
    }

    static boolean isContiguous(long[] sizes, long[] strides) {
        long expected = 1;
        for (int i = sizes.length - 1; i >= 0; i--) {
            if (sizes[i] == 0) {
                return true;
            }
            if (sizes[i] != 1) {
                if (strides[i] != expected) {
                    return false;
                }
                expected *= sizes[i];
            }
        }
        return true;
    }

    /// The strides under which the same elements have the sizes `to`, or null when no strides do and a copy is needed.
    static long @Nullable [] reshaped(long[] sizes, long[] strides, long[] to) {
        if (isContiguous(sizes, strides)) {
            return contiguous(to);
        }
        long[] result = new long[to.length];
        int target = to.length - 1;
        int dim = sizes.length - 1;
        while (dim >= 0) {
            long base = strides[dim]; // a run of old dimensions that lie in memory like one
            long run = sizes[dim];
            while (dim > 0 && (sizes[dim - 1] == 1 || strides[dim - 1] == run * base)) {
                dim--;
                run *= sizes[dim];
            }
            dim--;
            long taken = 1;
            while (target >= 0 && (taken < run || to[target] == 1)) {
                result[target] = taken * base;
                taken *= to[target];
                target--;
            }
            if (taken != run) {
                return null;
            }
        }
        if (target != -1) {
            return null;
        }
        return result;
    }

    /// `sizes` with its one -1, if any, worked out so that there are `count` elements.
    static long[] resolved(long[] sizes, long count) {
        long known = 1;
        int unknown = -1;
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == -1 && unknown < 0) {
                unknown = i;
            } else {
                known *= sizes[i];
            }
        }
        long[] result = sizes.clone();
        if (unknown >= 0 && known > 0) {
            result[unknown] = count / known;
            known *= result[unknown];
        }
        if (known != count || known < 0) {
            throw new IllegalArgumentException(
                    "An array of " + count + " elements has no shape " + Arrays.toString(sizes) + ".");
        }
        return result;
    }

    /// The sizes two operands share after broadcasting.
    static long[] broadcast(long[] a, long[] b) {
        long[] result = new long[Math.max(a.length, b.length)];
        for (int i = 1; i <= result.length; i++) {
            long left = i <= a.length ? a[a.length - i] : 1;
            long right = i <= b.length ? b[b.length - i] : 1;
            if (left != right && left != 1 && right != 1) {
                throw new IllegalArgumentException("Shapes " + Arrays.toString(a) + " and " + Arrays.toString(b)
                        + " cannot be broadcast together; make their trailing sizes equal or 1.");
            }
            result[result.length - i] = left == 1 ? right : left;
        }
        return result;
    }

    /// The strides that show an array of `sizes` and `strides` as `to`: 0 where it repeats.
    static long[] expanded(long[] sizes, long[] strides, long[] to) {
        long[] result = new long[to.length];
        int shift = to.length - sizes.length;
        for (int i = 0; i < to.length; i++) {
            long size = i < shift ? 1 : sizes[i - shift];
            if (size != to[i] && size != 1) {
                throw new IllegalArgumentException(
                        "Shape " + Arrays.toString(sizes) + " does not broadcast to " + Arrays.toString(to) + ".");
            }
            result[i] = size == 1 ? 0 : strides[i - shift];
        }
        return result;
    }

    /// A dimension counted from the end when negative.
    static int dim(int dim, int dims) {
        int positive = dim < 0 ? dim + dims : dim;
        if (positive < 0 || positive >= Math.max(1, dims)) {
            throw new IllegalArgumentException("There is no dimension " + dim + " in an array of " + dims + ".");
        }
        return positive;
    }

    static int[] dims(int[] dims, int count) {
        return Arrays.stream(dims)
                .map(dim -> dim(dim, count))
                .distinct()
                .sorted()
                .toArray();
    }
}
