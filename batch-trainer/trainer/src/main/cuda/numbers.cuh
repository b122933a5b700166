// Numbers as the kernels read, round and write them. Compiles as CUDA C and, for the tests, as plain C++.
//
// Arithmetic is fp32; bf16 is storage. Rounding is to nearest, ties to even, as LibTorch rounds. Nothing here may be
// contracted to a fused multiply-add (nvcc -fmad=false, g++ -ffp-contract=off): the twins in Java do not do so either.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long i64;

struct bf16 {
    u16 bits;
};

union FloatBits {
    float value;
    u32 bits;
};

__device__ inline float wide(float x) { return x; }

__device__ inline float wide(bf16 x) {
    FloatBits both;
    both.bits = (u32)x.bits << 16;
    return both.value;
}

__device__ inline void narrow(float x, float &out) { out = x; }

__device__ inline void narrow(float x, bf16 &out) {
    FloatBits both;
    both.value = x;
    bool number = (both.bits & 0x7FFFFFFFu) <= 0x7F800000u;
    out.bits = number ? (u16)((both.bits + 0x7FFFu + (both.bits >> 16 & 1u)) >> 16) : (u16)0x7FC0u;
}

// x as a T holds it.
template <typename T>
__device__ inline float rounded(float x) {
    T stored;
    narrow(x, stored);
    return wide(stored);
}

// 16 bytes of T, moved in one piece: 4 fp32 or 8 bf16.
template <typename T>
struct alignas(16) Pack {
    static const int SIZE = 16 / sizeof(T);
    T at[SIZE];
};

template <typename T>
__device__ inline Pack<T> load(const T *from) {
    return *reinterpret_cast<const Pack<T> *>(from);
}

template <typename T>
__device__ inline void store(T *to, const Pack<T> &pack) {
    *reinterpret_cast<Pack<T> *>(to) = pack;
}

// The number of this thread among all threads of the launch.
__device__ inline i64 thread() { return (i64)blockIdx.x * blockDim.x + threadIdx.x; }

// Σ of one number a thread, in the same order every time; every thread answers it. A block has a power of two of
// threads, at most 1024, and calls this together.
__device__ inline float blockSum(float mine) {
    __shared__ float sums[1024];
    sums[threadIdx.x] = mine;
    __syncthreads();
    for (u32 half = blockDim.x / 2; half > 0; half /= 2) {
        if (threadIdx.x < half) sums[threadIdx.x] += sums[threadIdx.x + half];
        __syncthreads();
    }
    float sum = sums[0];
    __syncthreads();
    return sum;
}

__device__ inline float blockMax(float mine) {
    __shared__ float most[1024];
    most[threadIdx.x] = mine;
    __syncthreads();
    for (u32 half = blockDim.x / 2; half > 0; half /= 2) {
        if (threadIdx.x < half) most[threadIdx.x] = fmaxf(most[threadIdx.x], most[threadIdx.x + half]);
        __syncthreads();
    }
    float result = most[0];
    __syncthreads();
    return result;
}
