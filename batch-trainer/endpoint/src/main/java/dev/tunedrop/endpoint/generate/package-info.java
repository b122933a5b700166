/// How an answer comes about: turns on the one model, drawing tokens, text, stop texts, adapters in service.
///
/// Start with [dev.tunedrop.endpoint.generate.Serving]. The model and the text side stand behind
/// [dev.tunedrop.endpoint.generate.LanguageModel] and [dev.tunedrop.endpoint.generate.Words], so nothing here knows
/// LibTorch or HTTP. Depends on the JDK only.
@NullMarked
package dev.tunedrop.endpoint.generate;

import org.jspecify.annotations.NullMarked;
