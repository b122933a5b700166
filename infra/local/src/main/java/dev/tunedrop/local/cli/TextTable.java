package dev.tunedrop.local.cli;

import java.util.ArrayList;
import java.util.List;

/// Columns of text, each as wide as its widest cell; the last is never padded.
final class TextTable {

    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... heads) {
        rows.add(List.of(heads));
    }

    TextTable row(String... cells) {
        if (cells.length != rows.getFirst().size())
            throw new IllegalArgumentException(
                    "a row must have " + rows.getFirst().size() + " cells, had " + cells.length);
        rows.add(List.of(cells));
        return this;
    }

    List<String> lines() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows)
            for (int c = 0; c < columns; c++)
                widths[c] = Math.max(widths[c], row.get(c).length());
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < columns; c++) {
                line.append(row.get(c));
                if (c < columns - 1) line.repeat(' ', widths[c] - row.get(c).length() + 2);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
