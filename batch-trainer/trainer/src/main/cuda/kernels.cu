// Every kernel by the name and arguments with which Java launches it, for fp32 and bf16. ../../../kernels.sh compiles it.
#include "cross_entropy.cuh"
#include "elementwise.cuh"
#include "nf4.cuh"
#include "rms_norm.cuh"

#define KERNEL extern "C" __global__ void

#define FOR_TYPE(T)                                                                                                   \
    KERNEL nf4_open_##T(                                                                                              \
        const u8 *packed, const u8 *scaleCodes, const float *nestedAbsmax, const float *code, const float *dynamic,   \
        float offset, T *out, i64 elements) {                                                                         \
        nf4Open<T>(packed, scaleCodes, nestedAbsmax, code, dynamic, offset, out, elements);                           \
    }                                                                                                                 \
    KERNEL rms_norm_forward_##T(const T *x, const T *w, T *y, int width, float epsilon, float offset) {               \
        rmsNormForward<T>(x, w, y, width, epsilon, offset);                                                           \
    }                                                                                                                 \
    KERNEL rms_norm_backward_##T(                                                                                     \
        const T *x, const T *w, const T *dy, T *dx, int width, float epsilon, float offset) {                         \
        rmsNormBackward<T>(x, w, dy, dx, width, epsilon, offset);                                                     \
    }                                                                                                                 \
    KERNEL rope_##T(const T *x, const T *cos, const T *sin, T *y, int heads, int half, float sign, i64 packs) {       \
        rope<T>(x, cos, sin, y, heads, half, sign, packs);                                                            \
    }                                                                                                                 \
    KERNEL swiglu_forward_##T(const T *g, const T *u, T *h, i64 n) { gateForward<T, Silu>(g, u, h, n); }              \
    KERNEL swiglu_backward_##T(const T *g, const T *u, const T *dh, T *dg, T *du, i64 n) {                            \
        gateBackward<T, Silu>(g, u, dh, dg, du, n);                                                                   \
    }                                                                                                                 \
    KERNEL geglu_forward_##T(const T *g, const T *u, T *h, i64 n) { gateForward<T, GeluTanh>(g, u, h, n); }           \
    KERNEL geglu_backward_##T(const T *g, const T *u, const T *dh, T *dg, T *du, i64 n) {                             \
        gateBackward<T, GeluTanh>(g, u, dh, dg, du, n);                                                               \
    }                                                                                                                 \
    KERNEL dropout_##T(                                                                                               \
        const T *x, T *y, const u64 *states, u64 place, int columns, u64 threshold, float factor, i64 n) {            \
        dropout<T>(x, y, states, place, columns, threshold, factor, n);                                               \
    }                                                                                                                 \
    KERNEL cross_entropy_##T(T *z, const i64 *targets, float *losses, int vocabulary, float cap, int gradient) {      \
        crossEntropy<T>(z, targets, losses, vocabulary, cap, gradient);                                               \
    }

FOR_TYPE(float)
FOR_TYPE(bf16)


KERNEL adam_w_float(
    float *p, const float *g, float *m, float *v, i64 n, float oneLessBeta1, float beta2, float oneLessBeta2,
    float correction2, float epsilon, float stepSize) {
    adamW(p, g, m, v, n, oneLessBeta1, beta2, oneLessBeta2, correction2, epsilon, stepSize);
}
