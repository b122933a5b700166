"""What PEFT and TRL compute where the shared golden files say nothing: rsLoRA, DoRA, DPO, NEFTune's scale,
YaRN.

    python3 goldens.py DATA > ../../trainer/src/test/resources/dev/tunedrop/trainer/model/peer-goldens.json

DATA holds models/synthetic-tiny-llama3 with its golden.safetensors and lora-init. fp32 on the CPU, eval mode. A tensor
is written as its norm and its sum of products with a fixed wave, cos(0.7 i): a page of numbers instead of a megabyte.
Needs torch, transformers, peft and trl; their versions are in the output.
"""

import datetime
import json
import math
import platform
import sys
import tempfile

import peft
import torch
import transformers
import trl
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModelForCausalLM, LlamaConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

RANK, ALPHA, RATE = 4, 8, 1e-3
data = sys.argv[1]
folder = f"{data}/models/synthetic-tiny-llama3"
golden = load_file(f"{folder}/golden.safetensors")
start = load_file(f"{folder}/lora-init/adapter_model.safetensors")
targets = json.load(open(f"{folder}/lora-init/adapter_config.json"))["target_modules"]


def adapted(rope=None, **options):
    base_config = AutoConfig.from_pretrained(folder)
    if rope is not None:
        base_config.rope_parameters = rope
    base = AutoModelForCausalLM.from_pretrained(folder, config=base_config, dtype=torch.float32)
    config = LoraConfig(
        r=RANK, lora_alpha=ALPHA, lora_dropout=0.0, target_modules=targets, task_type="CAUSAL_LM", **options)
    model = get_peft_model(base, config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            key = plain(name)
            if key in start:
                parameter.copy_(start[key])
    return model.eval()


def plain(name):
    return name.replace(".default", "")


def wave(tensor):
    flat = tensor.detach().double().flatten()
    return float((flat * torch.cos(0.7 * torch.arange(flat.numel(), dtype=torch.float64))).sum())


def told(tensor):
    return {"norm": float(tensor.detach().double().norm()), "wave": wave(tensor)}


def trained(model):
    return {plain(n).removesuffix(".weight") if "magnitude" in n else plain(n): p
            for n, p in model.named_parameters() if p.requires_grad}


def step(model):
    torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=RATE, weight_decay=0.0).step()


def supervised(model):
    def loss():
        return model(input_ids=golden["input_ids"], attention_mask=golden["attention_mask"], labels=golden["labels"])

    out = loss()
    out.loss.backward()
    seen = golden["attention_mask"].bool()
    result = {
        "loss": out.loss.item(),
        "logits": told(out.logits[seen]),
        "gradients": {name: told(p.grad) for name, p in trained(model).items()},
    }
    step(model)
    result["lossAfterStep"] = loss().loss.item()
    return result


def rslora():
    return supervised(adapted(use_rslora=True))


def dora():
    """Magnitudes off their start, so that they matter: row i's length times 1 + 0.1 sin(i)."""
    model = adapted(use_dora=True)
    modules = dict(model.named_modules())
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "magnitude" in name:
                layer = modules[name.split(".lora_magnitude_vector")[0]]
                rows = layer.base_layer.weight.norm(dim=1)
                wiggle = 1 + 0.1 * torch.sin(torch.arange(rows.numel(), dtype=torch.float64))
                parameter.copy_((rows.double() * wiggle).float())
    return supervised(model)


def dpo():
    """Two pairs of TRL's own loss, reference = the base: four rows cut out of the golden's second text, of which the
    first four tokens are the prompt."""
    rows = [golden["input_ids"][1, at:at + length] for at, length in PAIRS]
    width = max(len(row) for row in rows)
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
        mask[i, : len(row)] = 1
    completion = mask.clone()
    completion[:, :4] = 0
    inputs = {"input_ids": ids, "attention_mask": mask, "completion_mask": completion}
    model = adapted()
    trainer = dpo_trainer(model)
    loss = trainer.compute_loss(model, inputs)
    loss.backward()
    result = {
        "rows": [row.tolist() for row in rows],
        "prompt": 4,
        "beta": BETA,
        "loss": loss.item(),
        "gradients": {name: told(p.grad) for name, p in trained(model).items()},
    }
    step(model)
    result["lossAfterStep"] = trainer.compute_loss(model, inputs).item()
    return result


YARN = {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0, "original_max_position_embeddings": 32}


def yarn():
    return {"rope": YARN, **supervised(adapted(rope=YARN))}


def yarn_frequencies():
    """Frequencies and attention factor of several configurations; Qwen 2.5's own is the first."""
    cases = []
    for size, positions, rope in [
        (128, 32768, {"rope_theta": 1e6, "factor": 4.0, "original_max_position_embeddings": 32768}),
        (64, 4096, {"rope_theta": 1e4, "factor": 16.0, "original_max_position_embeddings": 256, "beta_fast": 8.0,
                    "beta_slow": 2.0, "truncate": False}),
        (64, 4096, {"rope_theta": 1e4, "factor": 40.0, "original_max_position_embeddings": 4096, "mscale": 0.7,
                    "mscale_all_dim": 1.4}),
        (16, 128, {"rope_theta": 5e5, "factor": 2.0, "original_max_position_embeddings": 64,
                   "attention_factor": 1.25}),
    ]:
        rope = {"rope_type": "yarn", **rope}
        config = LlamaConfig(hidden_size=2 * size, num_attention_heads=2, head_dim=size,
                             max_position_embeddings=positions, rope_parameters=rope)
        frequencies, factor = ROPE_INIT_FUNCTIONS["yarn"](config, "cpu")
        cases.append({"headDim": size, "positions": positions, "rope": rope, "frequencies": frequencies.tolist(),
                      "attentionFactor": factor})
    return cases


BETA = 0.5
PAIRS = [(0, 20), (24, 17), (3, 26), (40, 22)]  # chosen, chosen, rejected, rejected: where a row begins, its length


def dpo_trainer(model):
    from datasets import Dataset
    from transformers import AutoTokenizer

    config = trl.DPOConfig(
        output_dir=tempfile.mkdtemp(), beta=BETA, report_to=[], use_cpu=True, bf16=False,
        loss_type=["sigmoid"], disable_dropout=True, gradient_checkpointing=False)
    rows = Dataset.from_list([{"prompt": "a", "chosen": " b", "rejected": " c"}])
    trainer = trl.DPOTrainer(
        model=model, args=config, train_dataset=rows, processing_class=AutoTokenizer.from_pretrained(folder))
    if "ref" in trainer.model.peft_config:  # a copy of the start; without it the adapter is switched off: the base
        trainer.model.delete_adapter("ref")
    trainer.model.eval()
    return trainer


def neftune():
    """The largest noise of transformers' own hook on embeddings of zeros (1, L, C): its bound, nearly."""
    from transformers.integrations.neftune import neftune_post_forward_hook

    class Table(torch.nn.Module):
        neftune_noise_alpha = 5.0
        training = True

    torch.manual_seed(0)
    cases = []
    for length, width in [(7, 24), (96, 128), (512, 64)]:
        noise = torch.cat([neftune_post_forward_hook(Table(), None, torch.zeros(1, length, width)).flatten()
                           for _ in range(1 + 200_000 // (length * width))])
        cases.append({"tokens": length, "width": width, "alpha": 5.0, "bound": noise.abs().max().item(),
                      "deviation": noise.std().item(), "exact": 5.0 / math.sqrt(length * width)})
    return cases


print(json.dumps({
    "made": datetime.date.today().isoformat(),
    "by": "batch-trainer/benchmarks/peer/goldens.py",
    "versions": {"python": platform.python_version(), "torch": torch.__version__,
                 "transformers": transformers.__version__, "peft": peft.__version__, "trl": trl.__version__},
    "rslora": rslora(),
    "dora": dora(),
    "dpo": dpo(),
    "neftune": neftune(),
    "yarn": yarn(),
    "yarnFrequencies": yarn_frequencies(),
}, indent=1))
