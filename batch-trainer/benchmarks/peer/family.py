"""A tiny model of a family with random weights, and what transformers and PEFT compute of it, as GoldenParityTest reads
it.

    python3 family.py gemma ../../trainer/src/test/resources/dev/tunedrop/trainer/model/tiny-gemma

Writes config.json, model.safetensors and golden.safetensors. fp32 on the CPU; two padded rows, no loss on the first five
tokens of each, the mean over tokens; an adapter of rank 4 on every linear map, its B not zero; five steps of AdamW.
An encoder is a classifier instead: four padded rows with a label each, the mean over rows, and what stands above its
layers is trained whole (ClassifierGoldenTest reads it). Nothing is dropped.
Needs torch, transformers and peft; their versions are in the golden's header. Another family is one line of FAMILIES.
"""

import os
import sys

import peft
import torch
import transformers
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSequenceClassification

SIZES = dict(
    vocab_size=96, hidden_size=24, intermediate_size=40, num_hidden_layers=3, num_attention_heads=4,
    max_position_embeddings=64)
GROUPED = dict(num_key_value_heads=1, head_dim=8)
UNDROPPED = dict(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
FAMILIES = {
    "gemma": dict(GROUPED, hidden_act="gelu_pytorch_tanh", hidden_activation="gelu_pytorch_tanh"),
    "bert": dict(UNDROPPED, id2label={0: "no", 1: "perhaps", 2: "yes"}, label2id={"no": 0, "perhaps": 1, "yes": 2}),
}
ROW_LABELS = {"bert": (2, 0, 1, 2)}
ENCODER_MAPS = ["query", "key", "value", "output.dense", "intermediate.dense"]
ENCODER_TOP = ["classifier", "pooler.dense"]
WIDTH, NO_LOSS = 26, 5
RANK, ALPHA, RATE, STEPS = 4, 8, 1e-3, 5

family, out = sys.argv[1:]
classes = ROW_LABELS.get(family)
lengths = (26, 19, 8, 3) if classes else (26, 19)
torch.manual_seed(20)
os.makedirs(out, exist_ok=True)
kind = AutoModelForSequenceClassification if classes else AutoModelForCausalLM
base = kind.from_config(AutoConfig.for_model(family, **SIZES, **FAMILIES[family])).float().eval()
with torch.no_grad():
    for name, parameter in base.named_parameters():
        if parameter.dim() == 1:
            parameter.add_(0.3 * torch.randn_like(parameter))
        else:
            parameter.copy_(torch.randn_like(parameter) * 0.2)
base.save_pretrained(out, safe_serialization=True)
for extra in ("generation_config.json",):
    if os.path.exists(f"{out}/{extra}"):
        os.remove(f"{out}/{extra}")

ids = torch.randint(3, SIZES["vocab_size"], (len(lengths), WIDTH))
mask = torch.zeros_like(ids)
for row, length in enumerate(lengths):
    mask[row, :length] = 1
ids[mask == 0] = 0
if classes:
    labels = torch.tensor(classes)
else:
    labels = ids.clone()
    labels[mask == 0] = -100
    labels[:, :NO_LOSS] = -100
golden = {"input_ids": ids, "attention_mask": mask, "labels": labels}
batch = dict(input_ids=ids, attention_mask=mask, labels=labels)

with torch.no_grad():
    found = base(**batch, output_hidden_states=True)
golden["logits"] = found.logits
golden["loss"] = found.loss.reshape(1)
for layer, state in enumerate(found.hidden_states):
    golden[f"hidden_{layer}"] = state


def plain(name):
    return name.replace(".modules_to_save", "").replace(".default", "")


where = dict(target_modules=ENCODER_MAPS, modules_to_save=ENCODER_TOP, task_type="SEQ_CLS") if classes else dict(
    target_modules="all-linear", task_type="CAUSAL_LM")
model = get_peft_model(base, LoraConfig(r=RANK, lora_alpha=ALPHA, lora_dropout=0.0, **where)).eval()
trained = {plain(n): p for n, p in model.named_parameters() if p.requires_grad}
with torch.no_grad():
    for name, parameter in trained.items():
        if "lora_B" in name:
            parameter.copy_(torch.randn_like(parameter) * 0.1)
for name, parameter in trained.items():
    golden[f"lora_init.{name}"] = parameter.detach().clone()
optimiser = torch.optim.AdamW(trained.values(), lr=RATE, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0)
losses = []
for step in range(STEPS):
    optimiser.zero_grad()
    answer = model(**batch)
    answer.loss.backward()
    if step == 0:
        golden["lora_logits"] = answer.logits.detach()
        for name, parameter in trained.items():
            golden[f"lora_grad.{name}"] = parameter.grad.clone()
    losses.append(answer.loss.item())
    optimiser.step()
golden["losses_5_adamw_steps"] = torch.tensor(losses, dtype=torch.float64)
versions = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
save_file({n: t.contiguous().clone() for n, t in golden.items()}, f"{out}/golden.safetensors", metadata=versions)
