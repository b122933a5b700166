package dev.tunedrop.functions.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.tunedrop.functions.checks.Rows;
import dev.tunedrop.functions.dataset.CanonicalRow;

class SplitTest {

    @Test
    void rowsThatSayNearlyTheSameStayOnOneSide() {
        List<CanonicalRow> rows = rows(60);
        Split split = split(rows, true);
        for (int i = 0; i + 2 < rows.size(); i += 3)
            assertThat(split.side(rows.get(i)))
                    .isEqualTo(split.side(rows.get(i + 1)))
                    .isEqualTo(split.side(rows.get(i + 2)));
    }

    @Test
    void withoutThatSomeAreTornApart() {
        List<CanonicalRow> rows = rows(60);
        Split split = split(rows, false);
        List<String> sides =
                rows.stream().map(row -> String.valueOf(split.side(row))).toList();
        boolean torn = false;
        for (int i = 0; i + 2 < sides.size(); i += 3) torn |= !sides.get(i).equals(sides.get(i + 2));
        assertThat(torn).isTrue();
    }

    private static List<CanonicalRow> rows(int count) {
        List<CanonicalRow> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) rows.add(CanonicalRow.of(i + 1, Rows.chat("question " + i, "answer " + i)));
        return rows;
    }

    /// Each three neighbours are chained, the last pair first.
    private static Split split(List<CanonicalRow> rows, boolean together) {
        Split split = new Split(0.3);
        rows.forEach(split::see);
        for (int i = 0; together && i + 2 < rows.size(); i += 3) {
            split.together(key(rows.get(i + 1)), key(rows.get(i + 2)));
            split.together(key(rows.get(i)), key(rows.get(i + 1)));
        }
        split.decide();
        return split;
    }

    private static Split.Key key(CanonicalRow row) {
        return Split.Key.of(row.question());
    }
}
