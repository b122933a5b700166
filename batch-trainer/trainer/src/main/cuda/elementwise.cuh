// What is done to each element by itself, a pack of 16 bytes a thread: rotation, gates, dropout, AdamW.
#pragma once
#include "numbers.cuh"

// Calls f on every pack of n elements, and on the elements that are left over.
#define EACH(T, n, PACK, REST)                                                     \
    i64 first = thread() * Pack<T>::SIZE;                                          \
    if (first + Pack<T>::SIZE <= (n)) {                                            \
        PACK                                                                       \
    } else {                                                                       \
        for (i64 i = first; i < (n); i++) {                                        \
            REST                                                                   \
        }                                                                          \
    }

// Rotary position embedding, halves paired: the twin of Rope. x (T, H, D), cos and sin (T, D/2), sign -1 turns back.
// D/2 is a multiple of 8. A thread rotates one pack of both halves. Bytes moved an element: one read and one write.
template <typename T>
__device__ inline void rope(const T *x, const T *cos, const T *sin, T *y, int heads, int half, float sign, i64 packs) {
    i64 number = thread();
    if (number >= packs) return;
    int perHead = half / Pack<T>::SIZE;
    i64 head = number / perHead;
    int within = (int)(number % perHead) * Pack<T>::SIZE;
    i64 low = head * 2 * half + within;
    i64 angle = head / heads * half + within;
    Pack<T> c = load(cos + angle), s = load(sin + angle), x1 = load(x + low), x2 = load(x + low + half), y1, y2;
#pragma unroll
    for (int j = 0; j < Pack<T>::SIZE; j++) {
        float turn = sign * wide(s.at[j]);
        narrow(rounded<T>(wide(x1.at[j]) * wide(c.at[j])) - wide(x2.at[j]) * turn, y1.at[j]);
        narrow(rounded<T>(wide(x2.at[j]) * wide(c.at[j])) + wide(x1.at[j]) * turn, y2.at[j]);
    }
    store(y + low, y1);
    store(y + low + half, y2);
}

// Activations of a gate: act(g) and its derivative. The twins are SwiGlu and GeGlu.
struct Silu {
    __device__ static float value(float g) { return g / (1.0f + expf(-g)); }
    __device__ static float slope(float g) {
        float sigma = 1.0f / (1.0f + expf(-g));
        return sigma * (1.0f + g * (1.0f - sigma));
    }
};

struct GeluTanh {
    __device__ static float tau(float g) { return tanhf(0.7978845608028654f * (g + 0.044715f * g * g * g)); }
    __device__ static float value(float g) { return 0.5f * g * (1.0f + tau(g)); }
    __device__ static float slope(float g) {
        float t = tau(g);
        return 0.5f * (1.0f + t + g * (1.0f - t * t) * 0.7978845608028654f * (1.0f + 3.0f * 0.044715f * g * g));
    }
};

// h = act(g) u. Bytes moved an element: two reads and one write.
template <typename T, typename Act>
__device__ inline void gateForward(const T *g, const T *u, T *h, i64 n) {
    EACH(T, n,
        Pack<T> gs = load(g + first); Pack<T> us = load(u + first); Pack<T> hs;
        for (int j = 0; j < Pack<T>::SIZE; j++)
            narrow(rounded<T>(Act::value(wide(gs.at[j]))) * wide(us.at[j]), hs.at[j]);
        store(h + first, hs);,
        narrow(rounded<T>(Act::value(wide(g[i]))) * wide(u[i]), h[i]);)
}

// du = dh act(g), dg = dh u act'(g). Bytes moved an element: three reads and two writes.
template <typename T, typename Act>
__device__ inline void gateBackward(const T *g, const T *u, const T *dh, T *dg, T *du, i64 n) {
    EACH(T, n,
        Pack<T> gs = load(g + first); Pack<T> us = load(u + first); Pack<T> dhs = load(dh + first);
        Pack<T> dgs; Pack<T> dus;
        for (int j = 0; j < Pack<T>::SIZE; j++) {
            float here = wide(gs.at[j]);
            narrow(rounded<T>(Act::value(here)) * wide(dhs.at[j]), dus.at[j]);
            narrow(rounded<T>(wide(dhs.at[j]) * wide(us.at[j])) * Act::slope(here), dgs.at[j]);
        }
        store(du + first, dus); store(dg + first, dgs);,
        float here = wide(g[i]);
        float change = wide(dh[i]);
        float up = wide(u[i]);
        narrow(rounded<T>(Act::value(here)) * change, du[i]);
        narrow(rounded<T>(change * up) * Act::slope(here), dg[i]);)
}

// SplitMix64's finaliser (Steele, Lea, Flood 2014), and one link of the chain that CounterRandom makes with it.
__device__ inline u64 nextBits(u64 state, u64 coordinate) {
    u64 z = state + 0x9E3779B97F4A7C15ull * (coordinate + 1);
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    return z ^ z >> 31;
}

// y = x ⊙ m: the twin of DropoutMask, number for number. x (T, I), a state for each token; I is a multiple of 8, so a
// pack lies in one row. Bytes moved an element: one read and one write; the mask is never stored.
template <typename T>
__device__ inline void dropout(
    const T *x, T *y, const u64 *states, u64 place, int columns, u64 threshold, float factor, i64 n) {
    i64 first = thread() * Pack<T>::SIZE;
    if (first >= n) return;
    u64 here = nextBits(states[first / columns], place);
    u64 column = (u64)(first % columns);
    float kept = rounded<T>(factor);
    Pack<T> xs = load(x + first), ys;
#pragma unroll
    for (int j = 0; j < Pack<T>::SIZE; j += 2) {
        u64 bits = nextBits(here, (column + j) >> 1);
        narrow(wide(xs.at[j]) * (bits >> 32 < threshold ? 0.0f : kept), ys.at[j]);
        narrow(wide(xs.at[j + 1]) * ((bits & 0xFFFFFFFFull) < threshold ? 0.0f : kept), ys.at[j + 1]);
    }
    store(y + first, ys);
}

// One AdamW step of one parameter, fp32: the twin of Update. Bytes moved an element: 28.
__device__ inline void adamW(
    float *p, const float *g, float *m, float *v, i64 n, float oneLessBeta1, float beta2, float oneLessBeta2,
    float correction2, float epsilon, float stepSize) {
    i64 i = thread();
    if (i >= n) return;
    float gradient = g[i];
    float first = m[i] + oneLessBeta1 * (gradient - m[i]);
    float second = v[i] * beta2 + oneLessBeta2 * gradient * gradient;
    p[i] -= stepSize * first / (sqrtf(second) / correction2 + epsilon);
    m[i] = first;
    v[i] = second;
}
