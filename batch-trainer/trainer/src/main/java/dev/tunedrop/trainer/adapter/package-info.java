/// LoRA adapters, in memory and in PEFT's file layout (`adapter_config.json`, `adapter_model.safetensors`), so that
/// vLLM, TGI, llama.cpp's converter and PEFT itself load what we write and we load what they wrote.
///
/// Start with [dev.tunedrop.trainer.adapter.LoraAdapter]. May depend on `weights` and the rooms events and libtorch.
@NullMarked
package dev.tunedrop.trainer.adapter;

import org.jspecify.annotations.NullMarked;
