/// Byte-pair encoding of our own: the same ids as the Hugging Face tokenizers library, many times as fast.
///
/// [dev.tunedrop.text.bpe.BpeFile] reads a `tokenizer.json` and says whether all of it is known here; if it is,
/// [dev.tunedrop.text.bpe.BpeModel] holds it and [dev.tunedrop.text.bpe.BpeEncoder] turns text into ids. A text
/// goes through these stations: added tokens are found ([dev.tunedrop.text.bpe.AddedTokenFinder]), the rest is
/// normalised ([dev.tunedrop.text.bpe.Normalization]), cut into words ([dev.tunedrop.text.bpe.WordScanner]), and
/// each word is looked up or merged ([dev.tunedrop.text.bpe.WordMerger]). Whatever is unknown is left to the
/// library, never approximated. Depends on Jackson and nothing else.
@NullMarked
package dev.tunedrop.text.bpe;

import org.jspecify.annotations.NullMarked;
