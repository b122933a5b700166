/// Services that speak OpenAI's fine-tuning protocol, each described by a row of `profiles.json`.
///
/// Start with [dev.tunedrop.functions.provider.openai.OpenAiProvider], which decides;
/// [dev.tunedrop.functions.provider.openai.OpenAiApi] only calls. A service that differs in its bodies has a
/// [dev.tunedrop.functions.provider.openai.JobDialect].
@NullMarked
package dev.tunedrop.functions.provider.openai;

import org.jspecify.annotations.NullMarked;
