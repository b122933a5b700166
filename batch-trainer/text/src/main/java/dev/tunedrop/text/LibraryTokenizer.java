package dev.tunedrop.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;

import dev.tunedrop.text.bpe.AddedToken;

/// The Hugging Face tokenizers library, for every kind of tokenizer there is.
///
/// Its control tokens get secret names, see [TokenizerFile]; positions are told by the library.
final class LibraryTokenizer implements PlainTokenizer {

    static {
        // The natives lie in the jar; nothing is to be downloaded and nobody to be called.
        for (String property : List.of("ai.djl.offline", "OPT_OUT_TRACKING"))
            if (System.getProperty(property) == null) System.setProperty(property, "true");
    }

    private static final Map<String, String> OPTIONS =
            Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

    private final HuggingFaceTokenizer tokenizer;
    private final Map<String, Integer> controlIds = new LinkedHashMap<>();
    private final Map<Integer, String> controlNames = new HashMap<>();
    private final Map<String, String> secrets = new LinkedHashMap<>();
    private final List<Integer> prefix;
    private final List<Integer> suffix;
    private final String cut;
    private final long cutId;
    private final boolean cutsCleanly;

    private LibraryTokenizer(Path file) throws IOException {
        byte[] random = new byte[12];
        new SecureRandom().nextBytes(random);
        String nonce = HexFormat.of().formatHex(random);
        TokenizerFile source = TokenizerFile.read(file);
        for (AddedToken token : source.added()) {
            if (!token.control()) continue;
            controlIds.put(token.content(), token.id());
            controlNames.put(token.id(), token.content());
            secrets.put(token.content(), "<" + nonce + ":" + token.id() + ">");
        }
        prefix = source.prefix();
        suffix = source.suffix();
        cut = "<" + nonce + ":cut>";
        byte[] json = source.renamed(secrets, cut).getBytes(StandardCharsets.UTF_8);
        tokenizer = HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), OPTIONS);
        long[] cutIds = tokenizer.encode(cut, false, false).getIds();
        cutId = cutIds[cutIds.length - 1];
        verify(file);
        cutsCleanly = decode(encode("xy", Map.of(), Set.of(1)).ids()).equals("xy");
    }

    static LibraryTokenizer load(Path file) {
        try {
            return new LibraryTokenizer(file);
        } catch (IOException e) {
            throw PlainTokenizer.unreadable(file, e);
        } catch (TextException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new TextException(
                    "%s is not a tokenizer this version can load; it must be a Hugging Face tokenizer.json"
                            .formatted(file),
                    e);
        }
    }

    /// Each secret name must be read as one token with the id its plain name has in the file.
    private void verify(Path file) {
        controlIds.forEach((name, id) -> {
            long[] ids = tokenizer.encode(secrets.get(name), false, false).getIds();
            if (ids.length != 1 || ids[0] != id)
                throw new TextException(
                        "%s: its control token %s does not keep its id %d; the file's added_tokens must be in the order of their ids"
                                .formatted(file, name, id));
        });
    }

    @Override
    public Map<String, Integer> controlIds() {
        return Map.copyOf(controlIds);
    }

    @Override
    public List<Integer> prefix() {
        return prefix;
    }

    @Override
    public List<Integer> suffix() {
        return suffix;
    }

    @Override
    public boolean cutsCleanly() {
        return cutsCleanly;
    }

    @Override
    public Pieces encode(String text, Map<Integer, String> controls, Set<Integer> cuts) {
        StringBuilder written = new StringBuilder(text.length() + 64);
        TreeMap<Integer, Integer> origins = new TreeMap<>();
        TreeSet<Integer> stops = new TreeSet<>(cuts);
        stops.addAll(controls.keySet());
        int at = 0;
        origins.put(0, 0);
        for (int stop : stops) {
            written.append(text, at, stop);
            at = stop;
            if (stop > 0 && cuts.contains(stop)) written.append(cut);
            String name = controls.get(stop);
            if (name != null) {
                origins.put(written.length(), stop);
                written.append(secrets.get(name));
                at = stop + name.length();
            }
            origins.put(written.length(), at);
        }
        written.append(text, at, text.length());
        return pieces(written.toString(), origins, text.length());
    }

    /// Reads the ids back with positions in the text as it was before names were replaced. The library counts code
    /// points; Java counts UTF-16 units.
    private Pieces pieces(String written, NavigableMap<Integer, Integer> origins, int length) {
        Encoding encoding = tokenizer.encode(written, false, false);
        long[] ids = encoding.getIds();
        CharSpan[] spans = encoding.getCharTokenSpans();
        int[] units = unitsOfCodePoints(written);
        List<int[]> kept = new ArrayList<>(ids.length);
        for (int t = 0; t < ids.length; t++) {
            if (ids[t] == cutId) continue;
            CharSpan span = spans[t];
            int start = span == null ? 0 : original(units[span.getStart()], origins, length);
            int end = span == null ? 0 : original(units[span.getEnd()], origins, length);
            kept.add(new int[] {Math.toIntExact(ids[t]), start, end});
        }
        int[] outIds = new int[kept.size()];
        int[] starts = new int[kept.size()];
        int[] ends = new int[kept.size()];
        for (int t = 0; t < outIds.length; t++) {
            outIds[t] = kept.get(t)[0];
            starts[t] = kept.get(t)[1];
            ends[t] = kept.get(t)[2];
        }
        return new Pieces(outIds, starts, ends);
    }

    private static int original(int position, NavigableMap<Integer, Integer> origins, int length) {
        Map.Entry<Integer, Integer> origin = origins.floorEntry(position);
        Map.Entry<Integer, Integer> next = origins.higherEntry(position);
        int here = origin.getValue() + position - origin.getKey();
        return Math.min(here, next == null ? length : next.getValue());
    }

    /// `units[p]` is the UTF-16 position of code point `p`.
    private static int[] unitsOfCodePoints(String text) {
        int[] units = new int[text.codePointCount(0, text.length()) + 1];
        int unit = 0;
        for (int point = 0; point < units.length; point++) {
            units[point] = unit;
            if (unit < text.length()) unit += Character.charCount(text.codePointAt(unit));
        }
        return units;
    }

    @Override
    public String decodeAll(int[] ids) {
        String text = tokenizer.decode(asLongs(ids), false);
        for (Map.Entry<String, String> secret : secrets.entrySet())
            if (text.contains(secret.getValue())) text = text.replace(secret.getValue(), secret.getKey());
        return text;
    }

    @Override
    public String decode(int[] ids) {
        int plain = 0;
        long[] kept = new long[ids.length];
        for (int id : ids) if (!controlNames.containsKey(id)) kept[plain++] = id;
        return tokenizer.decode(Arrays.copyOf(kept, plain), false);
    }

    private static long[] asLongs(int[] ids) {
        long[] wide = new long[ids.length];
        for (int t = 0; t < ids.length; t++) wide[t] = ids[t];
        return wide;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
