// Cross-entropy of a chunk of logits, loss and gradient in one launch: the twin of CrossEntropy. A block has a row (V)
// of z (N, V); V is a multiple of 8.
//
//   c = κ tanh(z / κ), or z itself where κ is 0
//   loss = log Σ exp(c) - c[target]            dz = (softmax(c) - onehot) (1 - (c / κ)²)         written over z
//
// A maximum passes over what is no number, so NaN and +∞ reach the loss through the sum, whichever thread has them; -∞
// adds nothing, also where a thread has seen nothing else.
//
// Bytes moved a logit: two reads and one write of T (one read where no gradient is asked for), against about 30 by
// tensor operations, which hold fp32 copies of the chunk besides.
#pragma once
#include "numbers.cuh"

__device__ inline float capped(float z, float cap) { return cap == 0 ? z : cap * tanhf(z * (1.0f / cap)); }

template <typename T>
__device__ inline void crossEntropy(T *z, const i64 *targets, float *losses, int vocabulary, float cap, int gradient) {
    z += (i64)blockIdx.x * vocabulary;
    float most = -INFINITY;
    float sum = 0;
    for (int i = threadIdx.x * Pack<T>::SIZE; i < vocabulary; i += blockDim.x * Pack<T>::SIZE) {
        Pack<T> here = load(z + i);
        float values[Pack<T>::SIZE];
        float before = most;
#pragma unroll
        for (int j = 0; j < Pack<T>::SIZE; j++) {
            values[j] = capped(wide(here.at[j]), cap);
            most = fmaxf(most, values[j]);
        }
        if (before < most) sum *= expf(before - most);
#pragma unroll
        for (int j = 0; j < Pack<T>::SIZE; j++) sum += values[j] == -INFINITY ? 0.0f : expf(values[j] - most);
    }
    float top = blockMax(most);
    float total = blockSum(sum == 0 ? 0.0f : sum * expf(most - top));
    i64 target = targets[blockIdx.x];
    if (threadIdx.x == 0) losses[blockIdx.x] = logf(total) + top - capped(wide(z[target]), cap);
    if (!gradient) return;
    __syncthreads(); // the loss is read before its logit is overwritten
    for (int i = threadIdx.x * Pack<T>::SIZE; i < vocabulary; i += blockDim.x * Pack<T>::SIZE) {
        Pack<T> here = load(z + i);
#pragma unroll
        for (int j = 0; j < Pack<T>::SIZE; j++) {
            float c = capped(wide(here.at[j]), cap);
            float dc = expf(c - top) / total - (i + j == target ? 1.0f : 0.0f);
            narrow(cap == 0 ? dc : dc * (1.0f - c * c / (cap * cap)), here.at[j]);
        }
        store(z + i, here);
    }
}
