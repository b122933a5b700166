"""One forward and backward of a Llama with LoRA on every linear map, in eager PyTorch: the peer of Throughput.

    python3 eager.py THREADS TOKENS ROW STEPS CONFIG.json [bf16|fp32 ...]

Frozen weights and activations in the named type, adapters of rank 16 kept in fp32 and cast for each product, rows as a
batch (they are of one length, so nothing is padded), scaled_dot_product_attention, cross-entropy in fp32 over every
token. Random weights. Prints tokens a second of the median pass and the processor time of all threads that it took. Needs torch alone.
"""

import json
import statistics
import sys
import time

import torch
import torch.nn.functional as F

RANK, WARM_UP = 16, 8


class Lora(torch.nn.Module):
    def __init__(self, inputs, outputs, dtype):
        super().__init__()
        self.w = torch.nn.Parameter(torch.randn(outputs, inputs).mul(0.02).to(dtype), requires_grad=False)
        self.a = torch.nn.Parameter(torch.randn(RANK, inputs) * 0.02)
        self.b = torch.nn.Parameter(torch.zeros(outputs, RANK))

    def forward(self, x):
        side = F.linear(F.linear(x, self.a.to(x.dtype)), self.b.to(x.dtype))
        return F.linear(x, self.w) + 2 * side


def norm(x, w):
    wide = x.float()
    return (wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + 1e-5)).to(x.dtype) * w


def rotate(x, cos, sin):
    x1, x2 = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-x2, x1), dim=-1) * sin


class Layer(torch.nn.Module):
    def __init__(self, c, dtype):
        super().__init__()
        width, inner = c["hidden_size"], c["intermediate_size"]
        self.heads, self.groups = c["num_attention_heads"], c["num_key_value_heads"]
        self.size = c.get("head_dim") or width // self.heads
        self.q = Lora(width, self.heads * self.size, dtype)
        self.k = Lora(width, self.groups * self.size, dtype)
        self.v = Lora(width, self.groups * self.size, dtype)
        self.o = Lora(self.heads * self.size, width, dtype)
        self.gate, self.up, self.down = (Lora(width, inner, dtype), Lora(width, inner, dtype), Lora(inner, width, dtype))
        self.n1 = torch.nn.Parameter(torch.ones(width, dtype=dtype), requires_grad=False)
        self.n2 = torch.nn.Parameter(torch.ones(width, dtype=dtype), requires_grad=False)

    def forward(self, x, cos, sin):
        b, t, _ = x.shape
        n = norm(x, self.n1)
        q = rotate(self.q(n).view(b, t, self.heads, self.size).transpose(1, 2), cos, sin)
        k = rotate(self.k(n).view(b, t, self.groups, self.size).transpose(1, 2), cos, sin)
        v = self.v(n).view(b, t, self.groups, self.size).transpose(1, 2)
        share = self.heads // self.groups
        k, v = k.repeat_interleave(share, 1), v.repeat_interleave(share, 1)
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.o(a.transpose(1, 2).reshape(b, t, -1))
        n = norm(x, self.n2)
        return x + self.down(F.silu(self.gate(n)) * self.up(n))


def measure(c, dtype, tokens, row, steps):
    torch.manual_seed(1)
    layers = torch.nn.ModuleList(Layer(c, dtype) for _ in range(c["num_hidden_layers"]))
    embedding = torch.randn(c["vocab_size"], c["hidden_size"]).mul(0.02).to(dtype)
    last = torch.ones(c["hidden_size"], dtype=dtype)
    ids = torch.randint(c["vocab_size"], (tokens // row, row))
    targets = torch.randint(c["vocab_size"], (tokens,))
    size = layers[0].size
    angles = torch.outer(torch.arange(row), 10000 ** (-torch.arange(0, size, 2) / size)).repeat(1, 2)
    cos, sin = angles.cos().to(dtype), angles.sin().to(dtype)
    seconds, processor = [], []
    for step in range(-WARM_UP, steps):
        layers.zero_grad(set_to_none=False)
        start, before = time.perf_counter(), time.process_time()
        x = F.embedding(ids, embedding)
        for layer in layers:
            x = layer(x, cos, sin)
        logits = F.linear(norm(x, last), embedding).float()
        F.cross_entropy(logits.view(tokens, -1), targets, reduction="sum").backward()
        if step >= 0:
            seconds.append(time.perf_counter() - start)
            processor.append(time.process_time() - before)
    return statistics.median(seconds), min(seconds), statistics.median(processor)


def main():
    threads, tokens, row, steps = (int(each) for each in sys.argv[1:5])
    torch.set_num_threads(threads)
    with open(sys.argv[5], encoding="utf-8") as file:
        c = json.load(file)
    print("| PyTorch | compute | tokens | row | tokens/s | pass ms | quickest ms | processor ms |")
    print("|---|---|---|---|---|---|---|---|")
    for name in sys.argv[6:] or ["bf16", "fp32"]:
        dtype = {"bf16": torch.bfloat16, "fp32": torch.float32}[name]
        seconds, quickest, processor = measure(c, dtype, tokens, row, steps)
        print(f"| {torch.__version__} | {name} | {tokens} | {row} | {tokens / seconds:.0f} | {seconds * 1e3:.1f} "
              f"| {quickest * 1e3:.1f} | {processor * 1e3:.1f} |")


if __name__ == "__main__":
    main()
