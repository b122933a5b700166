// Opens an NF4 weight with double quantisation: the twin of Nf4Weight's tensor operations and of Nf4Cpu, bit for bit.
//
//   scale = dynamic[scaleCodes[b]] · nestedAbsmax[b / 256] + offset       b: the block of 64 weights
//   w     = code[nibble] · scale                                          in fp32, then rounded
//
// A thread opens 16 weights, so four share a block. Bytes moved a weight: 0.516 read, and 2 (bf16) or 4 (fp32) written.
// The 16 code points lie in 16 banks of shared memory: look-ups never collide.
#pragma once
#include "numbers.cuh"

template <typename T>
__device__ inline void nf4Open(
    const u8 *packed, const u8 *scaleCodes, const float *nestedAbsmax, const float *code, const float *dynamic,
    float offset, T *out, i64 elements) {
    __shared__ float points[16];
    if (threadIdx.x < 16) points[threadIdx.x] = code[threadIdx.x];
    __syncthreads();
    const int SHARE = 16;
    i64 first = thread() * SHARE;
    if (first >= elements) return;
    i64 block = first / 64;
    float scale = dynamic[scaleCodes[block]] * nestedAbsmax[block / 256] + offset;
    u64 codes = *reinterpret_cast<const u64 *>(packed + first / 2);
    const int SIZE = Pack<T>::SIZE;
#pragma unroll
    for (int from = 0; from < SHARE; from += SIZE) {
        Pack<T> pack;
#pragma unroll
        for (int j = 0; j < SIZE; j++) {
            int i = from + j;
            int nibble = (int)(codes >> (8 * (i / 2) + (i % 2 == 0 ? 4 : 0))) & 15;
            narrow(points[nibble] * scale, pack.at[j]);
        }
        if (first + from + SIZE <= elements) {
            store(out + first + from, pack);
        } else {
#pragma unroll
            for (int j = 0; j < SIZE; j++)
                if (first + from + j < elements) out[first + from + j] = pack.at[j];
        }
    }
}
