/// Vertex AI's tuning of Gemini: rows are copied to Cloud Storage with their checksum, and the function's
/// own identity at AWS is exchanged for one at Google, so that no key of Google's exists here.
///
/// Start with [dev.tunedrop.functions.provider.vertex.VertexProvider]. Depends on `provider` and `provider.http`.
@NullMarked
package dev.tunedrop.functions.provider.vertex;

import org.jspecify.annotations.NullMarked;
