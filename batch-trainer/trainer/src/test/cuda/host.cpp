// The kernels of ../../main/cuda as a library for the CPU: blocks one after another, the threads of a block as fibres
// that take turns at each __syncthreads(). It shows that the arithmetic and the indices are right, not that they are fast.
#include <ucontext.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#define __global__
#define __device__
#define __shared__ static

struct Index {
    unsigned x;
};

static Index blockIdx, blockDim, threadIdx;

namespace fibres {
const size_t STACK = 64 << 10;
static ucontext_t scheduler;
static std::vector<ucontext_t> contexts;
static std::vector<std::unique_ptr<char[]>> stacks;
static std::vector<char> done;

static void yield() {
    unsigned self = threadIdx.x;
    swapcontext(&contexts[self], &scheduler);
    threadIdx.x = self;
}
}  // namespace fibres

static void __syncthreads() { fibres::yield(); }

#include "kernels.cu"

using Call = void (*)(void **);

template <typename... A, std::size_t... I>
void invoke(void (*kernel)(A...), void **arguments, std::index_sequence<I...>) {
    kernel(*static_cast<A *>(arguments[I])...);
}

template <typename... A>
void invoke(void (*kernel)(A...), void **arguments) {
    invoke(kernel, arguments, std::index_sequence_for<A...>{});
}

#define ENTRY(NAME) {#NAME, [](void **arguments) { invoke(NAME, arguments); }}
#define BOTH(NAME) ENTRY(NAME##_float), ENTRY(NAME##_bf16)

static const struct {
    const char *name;
    Call call;
} ENTRIES[] = {
    BOTH(nf4_open),       BOTH(rms_norm_forward), BOTH(rms_norm_backward), BOTH(rope),    BOTH(swiglu_forward),
    ENTRY(adam_w_float),  BOTH(dropout),
    BOTH(swiglu_backward), BOTH(geglu_forward),    BOTH(geglu_backward),    BOTH(cross_entropy),
};

static Call running;
static void **runningArguments;

static void run() {
    unsigned self = threadIdx.x;
    running(runningArguments);
    fibres::done[self] = 1;
    threadIdx.x = self;
    swapcontext(&fibres::contexts[self], &fibres::scheduler);
}

// Launches a kernel by name as cuLaunchKernel does: one pointer to each argument. 0: done; 1: no kernel has this name.
extern "C" int launch_on_host(const char *name, unsigned blocks, unsigned threads, void **arguments) {
    running = nullptr;
    for (const auto &entry : ENTRIES)
        if (std::strcmp(entry.name, name) == 0) running = entry.call;
    if (!running) return 1;
    runningArguments = arguments;
    blockDim.x = threads;
    using namespace fibres;
    contexts.resize(threads);
    done.resize(threads);
    while (stacks.size() < threads) stacks.emplace_back(new char[STACK]);
    for (blockIdx.x = 0; blockIdx.x < blocks; blockIdx.x++) {
        for (unsigned i = 0; i < threads; i++) {
            done[i] = 0;
            getcontext(&contexts[i]);
            contexts[i].uc_stack.ss_sp = stacks[i].get();
            contexts[i].uc_stack.ss_size = STACK;
            contexts[i].uc_link = nullptr;
            makecontext(&contexts[i], run, 0);
        }
        for (bool any = true; any;) {
            any = false;
            for (unsigned i = 0; i < threads; i++) {
                if (done[i]) continue;
                threadIdx.x = i;
                swapcontext(&scheduler, &contexts[i]);
                any = true;
            }
        }
    }
    return 0;
}
