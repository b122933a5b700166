"""AdamW with moments in 8 bits, written from the paper in plain PyTorch: what BlockMoments is held against.

    python3 adam8bit.py > ../../trainer/src/test/resources/dev/tunedrop/trainer/optim/adam8bit.json

Dettmers et al., 8-bit Optimizers via Block-wise Quantization (ICLR 2022), with what bitsandbytes' documentation and
kernels say where the paper leaves a choice:

- Blocks of 256 elements, as bitsandbytes has them since 0.45; the paper's own are of 2,048. Each has one scale, its
  largest magnitude. Smaller blocks confine an outlier and cost 8 bytes for 256 weights and two moments.
- The dynamic map: decades 10^-6 ... 10^0 of numbers of [0.1, 1], of which a decade has twice as many as the one below
  it: the middles of 2^k equal parts with either sign (first moment), of 2^(k+1) without (second); then 0 and 1.
- A step opens the codes, moves moments and weight in fp32, and rounds the moments to the nearest code. A first moment
  that is below 0 and nearest to 0 takes the next code below it, so that it keeps its sign.

Two choices are torch.optim.AdamW's, as in the optimiser with plain moments: the decay is applied before the step
(bitsandbytes: after it), and shares of a block are exact quotients (bitsandbytes: the GPU's approximate division).

Gradients follow from integers, so that the other side makes the same ones. A value that lies within fp32's rounding of
the middle between two codes may take either: the seed is the first with none that is nearer than MARGIN.
Needs torch alone.
"""

import base64
import json
import platform
import sys

import torch

torch.set_num_threads(1)

COUNT, STEPS, BLOCK = 4200, 20, 256  # 16 whole blocks and a part
RATE, DECAY, BETA_1, BETA_2, EPSILON = 0.01, 0.01, 0.9, 0.999, 1e-8
MARGIN = 2.5e-7  # relative; a value has been rounded some three times, each by 6e-8 at most


def dynamic_map(signed):
    numbers = [0.0, 1.0]
    for decade in range(7):
        edges = torch.linspace(0.1, 1, 2 ** decade * (1 if signed else 2) + 1)
        middles = 10 ** (decade - 6) * ((edges[:-1] + edges[1:]) / 2)
        numbers += middles.tolist() + ((-middles).tolist() if signed else [])
    return torch.tensor(sorted(numbers))


def draw(seed, step):
    """Numbers of (-1, 1) times 2^0, 2^-3 ... 2^-21: 24 and 3 bits of a multiplicative hash. The smallest
    are nearest to the code 0."""
    at = torch.arange(COUNT, dtype=torch.int64)
    bits = ((at + 1) * 2654435761 + (step + 1) * 2246822519 + seed * 3266489917) % 2 ** 32
    bits = (bits ^ (bits >> 15)) * 2246822519 % 2 ** 32
    bits = bits ^ (bits >> 13)
    share = ((bits >> 8) - 2 ** 23).float() / 2 ** 23
    return share * torch.pow(2.0, -3 * (bits & 7).float())


class Moment:
    def __init__(self, signed):
        self.signed = signed
        self.map = dynamic_map(signed)
        self.codes = torch.full((COUNT,), int((self.map == 0).nonzero()))
        self.scales = torch.zeros(-(-COUNT // BLOCK))
        self.nearest_border = 1.0

    def opened(self):
        return self.map[self.codes] * self.scales.repeat_interleave(BLOCK)[:COUNT]

    def close(self, values):
        for block, part in enumerate(values.split(BLOCK)):
            scale = part.abs().max()
            self.scales[block] = scale
            shares = part / scale
            distances = (shares[:, None].double() - self.map[None, :].double()).abs()
            codes = distances.argmin(1)
            if self.signed:
                codes = torch.where((shares < 0) & (self.map[codes] == 0), codes - 1, codes)
            self.codes[block * BLOCK:block * BLOCK + len(part)] = codes
            borders = (self.map[1:].double() + self.map[:-1].double()) / 2
            above = torch.searchsorted(borders, shares.double()).clamp(1, len(borders) - 1)
            for border in (borders[above - 1], borders[above]):
                gaps = (shares.double() - border).abs() / border.abs()
                self.nearest_border = min(self.nearest_border, float(gaps.min()))


def run(seed):
    weight = draw(seed, -1)
    first, second = Moment(True), Moment(False)
    after_one = None
    for step in range(1, STEPS + 1):
        gradient = draw(seed, step)
        m = BETA_1 * first.opened() + (1 - BETA_1) * gradient
        v = BETA_2 * second.opened() + (1 - BETA_2) * gradient * gradient
        weight = weight * (1 - RATE * DECAY)
        root = v.sqrt() / (1 - BETA_2 ** step) ** 0.5 + EPSILON
        weight = weight - RATE / (1 - BETA_1 ** step) * m / root
        first.close(m)
        second.close(v)
        if min(first.nearest_border, second.nearest_border) < MARGIN:
            print(f"seed {seed}: step {step}", file=sys.stderr)
            return None
        if step == 1:
            after_one = told(first, second, weight)
    return {"seed": seed, "nearestBorder": min(first.nearest_border, second.nearest_border),
            "after": {"1": after_one, str(STEPS): told(first, second, weight)}}


def text(tensor, kind):
    """The bytes, little-endian, in base64."""
    return base64.b64encode(bytes(tensor.to(kind).contiguous().view(torch.uint8).tolist())).decode()


def told(first, second, weight):
    return {"firstCodes": text(first.codes, torch.uint8), "firstScales": text(first.scales, torch.float32),
            "secondCodes": text(second.codes, torch.uint8), "secondScales": text(second.scales, torch.float32),
            "weight": text(weight, torch.float32)}


seed, result = 0, None
while result is None:
    seed += 1
    result = run(seed)
print(json.dumps({
    "by": "batch-trainer/benchmarks/peer/adam8bit.py",
    "versions": {"python": platform.python_version(), "torch": torch.__version__},
    "signed": text(dynamic_map(True), torch.float32),
    "unsigned": text(dynamic_map(False), torch.float32),
    **result,
}, indent=1))
