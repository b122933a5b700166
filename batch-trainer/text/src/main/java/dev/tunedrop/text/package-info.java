/// The text side of a base model: tokenizer, chat template, loss mask.
///
/// Start at [dev.tunedrop.text.BaseText]: it loads a model's folder in Hugging Face layout and turns chats into token
/// ids, with a mark on each token that training should predict. Templates are rendered in `template`. Depends on
/// `events`, the Hugging Face tokenizers (through DJL) and Jinjava, and nothing else. `bpe` is a tokenizer of our own.
@NullMarked
package dev.tunedrop.text;

import org.jspecify.annotations.NullMarked;
