package dev.tunedrop.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.tunedrop.text.bpe.BpeFile;
import dev.tunedrop.text.bpe.BpeModel;

/// A tokenizer that makes control tokens only where it is told to.
///
/// `encode(text, controls, cuts)` gives the ids the model's own tokenizer gives for `text`, when its control tokens are
/// exactly those at `controls`; any other text that spells one is plain text. At each position of `cuts` no token may
/// reach across.
///
/// There are two: our own byte-pair encoding for the kinds it knows, and the library for all others. Where both can, a
/// test holds their answers to be the same.
sealed interface PlainTokenizer extends AutoCloseable permits LibraryTokenizer, OwnTokenizer {

    static PlainTokenizer load(Path file) {
        try {
            TokenizerFile source = TokenizerFile.read(file);
            BpeModel model = BpeFile.read(file, source.added());
            return new OwnTokenizer(model, source);
        } catch (BpeFile.Unknown e) {
            return LibraryTokenizer.load(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static TextException unreadable(Path file, IOException cause) {
        return new TextException(
                "%s cannot be read as a tokenizer; download the model's tokenizer.json again".formatted(file), cause);
    }

    /// Control tokens by name.
    Map<String, Integer> controlIds();

    /// The ids that the tokenizer itself puts before plain text.
    List<Integer> prefix();

    /// The ids that the tokenizer itself puts behind plain text.
    List<Integer> suffix();

    /// Whether a cut leaves the text as it was. Tokenizers that put a blank before every stretch of text cannot.
    boolean cutsCleanly();

    /// @param controls start position to name of the control tokens in `text`
    /// @param cuts positions at which a token must end
    Pieces encode(String text, Map<Integer, String> controls, Set<Integer> cuts);

    /// The text of these ids; control tokens under their own names.
    String decodeAll(int[] ids);

    /// The text of these ids without control tokens.
    String decode(int[] ids);

    @Override
    void close();
}
