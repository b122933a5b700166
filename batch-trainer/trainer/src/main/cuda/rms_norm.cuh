// Root-mean-square normalisation: the twin of RmsNorm. A block has a row (C) of x (T, C); C is a multiple of 8.
//
//   forward    r = 1 / √(Σ x² / C + ε)     y = x r w, or x r (w + o) where o is not 0
//   backward   g = dy (w + o)              dx = r (g - n Σ g n / C)          n = x r
//
// Bytes moved an element: forward 2 reads and writes of T (the row's second reading comes from the cache), backward 3.
#pragma once
#include "numbers.cuh"

template <typename T>
__device__ inline float inverseRms(const T *x, int width, float epsilon) {
    float squares = 0;
    for (int i = threadIdx.x * Pack<T>::SIZE; i < width; i += blockDim.x * Pack<T>::SIZE) {
        Pack<T> here = load(x + i);
#pragma unroll
        for (int j = 0; j < Pack<T>::SIZE; j++) squares += wide(here.at[j]) * wide(here.at[j]);
    }
    return 1.0f / sqrtf(blockSum(squares) * (1.0f / width) + epsilon);
}

template <typename T>
__device__ inline void rmsNormForward(const T *x, const T *w, T *y, int width, float epsilon, float offset) {
    x += (i64)blockIdx.x * width;
    y += (i64)blockIdx.x * width;
    float r = inverseRms(x, width, epsilon);
    for (int i = threadIdx.x * Pack<T>::SIZE; i < width; i += blockDim.x * Pack<T>::SIZE) {
        Pack<T> here = load(x + i);
        Pack<T> weight = load(w + i);
        Pack<T> result;
#pragma unroll
        for (int j = 0; j < Pack<T>::SIZE; j++) {
            float n = wide(here.at[j]) * r;
            if (offset == 0) narrow(rounded<T>(n) * wide(weight.at[j]), result.at[j]);
            else narrow(n * (wide(weight.at[j]) + offset), result.at[j]);
        }
        store(y + i, result);
    }
}

template <typename T>
__device__ inline void rmsNormBackward(
    const T *x, const T *w, const T *dy, T *dx, int width, float epsilon, float offset) {
    x += (i64)blockIdx.x * width;
    dy += (i64)blockIdx.x * width;
    dx += (i64)blockIdx.x * width;
    float r = inverseRms(x, width, epsilon);
    float dots = 0;
    for (int i = threadIdx.x * Pack<T>::SIZE; i < width; i += blockDim.x * Pack<T>::SIZE) {
        Pack<T> here = load(x + i);
        Pack<T> weight = load(w + i);
        Pack<T> change = load(dy + i);
#pragma unroll
        for (int j = 0; j < Pack<T>::SIZE; j++)
            dots += wide(change.at[j]) * (wide(weight.at[j]) + offset) * (wide(here.at[j]) * r);
    }
    float mean = blockSum(dots) * (1.0f / width);
    for (int i = threadIdx.x * Pack<T>::SIZE; i < width; i += blockDim.x * Pack<T>::SIZE) {
        Pack<T> here = load(x + i);
        Pack<T> weight = load(w + i);
        Pack<T> change = load(dy + i);
        Pack<T> result;
#pragma unroll
        for (int j = 0; j < Pack<T>::SIZE; j++) {
            float g = wide(change.at[j]) * (wide(weight.at[j]) + offset);
            narrow((g - wide(here.at[j]) * r * mean) * r, result.at[j]);
        }
        store(dx + i, result);
    }
}
