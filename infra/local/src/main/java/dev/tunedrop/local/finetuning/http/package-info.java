/// The server of the fine-tuning API: who may ask, what a request holds, how an answer and a refusal are written. Start
/// at [dev.tunedrop.local.finetuning.http.ApiServer]. Depends on the JDK's server and `events`' JSON rules.
@NullMarked
package dev.tunedrop.local.finetuning.http;

import org.jspecify.annotations.NullMarked;
