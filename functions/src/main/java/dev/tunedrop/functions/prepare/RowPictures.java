package dev.tunedrop.functions.prepare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.tunedrop.events.artefact.TokenRow;
import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.run.DatasetReport.RowShape;
import dev.tunedrop.functions.page.RowPicture;
import dev.tunedrop.text.BaseText;

/// Puts the text back to the shapes of sample rows, as the tokenizer reads it: control tokens stand under their names.
final class RowPictures {

    /// Of a very long row the beginning is shown.
    private static final int MOST_TOKENS = 2000;

    private RowPictures() {}

    static List<RowPicture> of(Path shard, List<RowShape> shapes, BaseText text) {
        List<RowPicture> pictures = new ArrayList<>();
        try (TokenShardReader rows = TokenShardReader.open(shard)) {
            int next = 0;
            for (long row = 0; row < rows.rows() && next < shapes.size(); row++) {
                TokenRow tokens = rows.row(row);
                if (!SignalShape.shape(tokens).equals(shapes.get(next))) continue;
                pictures.add(picture(tokens, shapes.get(next), text));
                next++;
            }
        }
        return pictures;
    }

    private static RowPicture picture(TokenRow row, RowShape shape, BaseText text) {
        List<RowPicture.Span> spans = new ArrayList<>();
        int at = 0;
        boolean trained = false;
        for (int run : shape.runs()) {
            int end = Math.min(at + run, MOST_TOKENS);
            if (end > at)
                spans.add(new RowPicture.Span(
                        text.decodeWithControlTokens(Arrays.copyOfRange(row.ids(), at, end)), end - at, trained));
            at += run;
            trained = !trained;
        }
        return new RowPicture(row.line(), row.ids().length, spans);
    }
}
