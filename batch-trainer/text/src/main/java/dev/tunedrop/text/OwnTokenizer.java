package dev.tunedrop.text;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.tunedrop.text.bpe.AddedToken;
import dev.tunedrop.text.bpe.BpeEncoder;
import dev.tunedrop.text.bpe.BpeModel;

/// Our own byte-pair encoding. Text is encoded between control tokens, never looked through for them, so nothing
/// needs a secret name.
final class OwnTokenizer implements PlainTokenizer {

    private final BpeModel model;
    private final Map<String, AddedToken> controls = new LinkedHashMap<>();
    private final Map<String, Integer> controlIds = new LinkedHashMap<>();
    private final Set<Integer> controlNumbers = new HashSet<>();
    private final List<Integer> prefix;
    private final List<Integer> suffix;

    OwnTokenizer(BpeModel model, TokenizerFile source) {
        this.model = model;
        this.prefix = source.prefix();
        this.suffix = source.suffix();
        for (AddedToken token : source.added()) {
            if (!token.control()) continue;
            controls.put(token.content(), token);
            controlIds.put(token.content(), token.id());
            controlNumbers.add(token.id());
        }
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
        return !model.prefixesStretches();
    }

    @Override
    public Pieces encode(String text, Map<Integer, String> controlsAt, Set<Integer> cuts) {
        return model.encode(encoder -> {
            if (controlsAt.isEmpty() && cuts.isEmpty()) encoder.text(text, 0, text.length(), false);
            else stretches(encoder, text, controlsAt, cuts);
            return new Pieces(encoder.ids(), encoder.starts(), encoder.ends());
        });
    }

    private void stretches(BpeEncoder encoder, String text, Map<Integer, String> controlsAt, Set<Integer> cuts) {
        TreeSet<Integer> stops = new TreeSet<>(cuts);
        stops.addAll(controlsAt.keySet());
        int at = 0;
        for (int stop : stops) {
            if (stop < at) continue;
            String name = controlsAt.get(stop);
            AddedToken control = name == null ? null : controls.get(name);
            int end = encoder.text(text, at, stop, control != null && control.leftStrip());
            at = stop;
            if (control == null) continue;
            at = stop + control.content().length();
            if (control.rightStrip()) at = blanksAfter(text, at, stops.higher(stop));
            encoder.token(control.id(), end, at);
        }
        encoder.text(text, at, text.length(), false);
    }

    private static int blanksAfter(String text, int from, @org.jspecify.annotations.Nullable Integer nextStop) {
        int limit = nextStop == null ? text.length() : nextStop;
        int at = from;
        while (at < limit && BpeModel.whiteSpace(text.charAt(at))) at++;
        return at;
    }

    @Override
    public String decodeAll(int[] ids) {
        return model.decode(ids);
    }

    @Override
    public String decode(int[] ids) {
        int plain = 0;
        int[] kept = new int[ids.length];
        for (int id : ids) if (!controlNumbers.contains(id)) kept[plain++] = id;
        return model.decode(Arrays.copyOf(kept, plain));
    }

    /// Nothing native is held.
    @Override
    public void close() {}
}
