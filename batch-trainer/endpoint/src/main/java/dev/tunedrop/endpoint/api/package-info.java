/// The wire: what clients send and get, in OpenAI's form, as records.
///
/// Start with [dev.tunedrop.endpoint.api.ChatRequestReader] and [dev.tunedrop.endpoint.api.ChatReply]. Every refusal is
/// an [dev.tunedrop.endpoint.api.ApiError]. Depends on `generate` and on the JSON reader of `events`; knows no HTTP.
@NullMarked
package dev.tunedrop.endpoint.api;

import org.jspecify.annotations.NullMarked;
