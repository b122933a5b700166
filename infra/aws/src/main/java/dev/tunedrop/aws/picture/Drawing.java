package dev.tunedrop.aws.picture;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.tunedrop.aws.picture.Architecture.Arrow;
import dev.tunedrop.aws.picture.Architecture.Box;
import dev.tunedrop.aws.picture.Architecture.Column;

/// An [Architecture] as SVG, in colours that follow the reader's light or dark page.
public final class Drawing {

    private static final int WIDTH = 172;
    private static final int GAP_X = 60;
    private static final int GAP_Y = 18;
    private static final int LINE = 15;
    private static final int PAD = 10;
    private static final int TOP = 54;
    private static final int LETTERS = 22;

    private static final String STYLE = """
            <style>
            :root { --ink: #1d2330; --soft: #5b6475; --box: #f5f7fb; --line: #c2cad8; --arrow: #8a94a6; --page: #ffffff; }
            @media (prefers-color-scheme: dark) {
              :root { --ink: #e8ebf2; --soft: #a5aec0; --box: #20263a; --line: #3d4763; --arrow: #7d89a5; --page: #12151d; }
            }
            .page { fill: var(--page); }
            .box { fill: var(--box); stroke: var(--line); }
            .arrow { fill: none; stroke: var(--arrow); stroke-width: 1.1; opacity: .75; }
            .tip { fill: var(--arrow); }
            text { font-family: ui-sans-serif, system-ui, sans-serif; fill: var(--ink); }
            .head { font-size: 12px; letter-spacing: .08em; fill: var(--soft); }
            .title { font-size: 11px; fill: var(--soft); }
            .line { font-size: 12px; font-weight: 600; }
            </style>
            <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path class="tip" d="M0 0 L8 4 L0 8 z"/></marker></defs>
            """;

    private final Architecture architecture;
    private final Map<String, Place> places = new LinkedHashMap<>();
    private int height;

    private record Place(int x, int y, int height) {
        int middle() {
            return y + height / 2;
        }
    }

    private Drawing(Architecture architecture) {
        this.architecture = architecture;
        for (Column column : Column.values()) place(column);
    }

    public static String svg(Architecture architecture) {
        return new Drawing(architecture).draw();
    }

    private List<Box> in(Column column) {
        return architecture.boxes().stream()
                .filter(box -> box.column() == column)
                .toList();
    }

    private static int left(Column column) {
        return GAP_X / 2 + List.of(Column.values()).indexOf(column) * (WIDTH + GAP_X);
    }

    private void place(Column column) {
        int y = TOP;
        for (Box box : in(column)) {
            int tall = 2 * PAD
                    + LINE
                            * (1
                                    + box.lines().stream()
                                            .mapToInt(line -> wrapped(line).size())
                                            .sum());
            places.put(box.id(), new Place(left(column), y, tall));
            y += tall + GAP_Y;
        }
        height = Math.max(height, y);
    }

    private String draw() {
        int width = Column.values().length * (WIDTH + GAP_X);
        StringBuilder svg = new StringBuilder();
        svg.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"What the AWS stack deploys\">\n"
                        .formatted(width, height));
        svg.append(STYLE).append("<rect class=\"page\" width=\"%d\" height=\"%d\"/>\n".formatted(width, height));
        for (Column column : Column.values())
            svg.append(text("head", left(column), 30, column.title().toUpperCase(Locale.ROOT)));
        architecture.arrows().forEach(arrow -> svg.append(curve(arrow)));
        architecture.boxes().forEach(box -> svg.append(boxed(box)));
        return svg.append("</svg>\n").toString();
    }

    private String boxed(Box box) {
        Place place = place(box.id());
        StringBuilder svg =
                new StringBuilder("<rect class=\"box\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"7\"/>\n"
                        .formatted(place.x(), place.y(), WIDTH, place.height()));
        int y = place.y() + PAD + 10;
        svg.append(text("title", place.x() + PAD, y, box.title()));
        for (String line : box.lines())
            for (String part : wrapped(line)) svg.append(text("line", place.x() + PAD, y += LINE, part));
        return svg.toString();
    }

    /// From the side that faces the other box; within a column around the right.
    private String curve(Arrow arrow) {
        Place from = place(arrow.from());
        Place to = place(arrow.to());
        boolean forward = to.x() > from.x();
        boolean same = to.x() == from.x();
        int x1 = forward || same ? from.x() + WIDTH : from.x();
        int x2 = forward ? to.x() : to.x() + WIDTH;
        int bend = same ? GAP_X / 2 : Math.max(GAP_X / 2, Math.abs(x2 - x1) / 2);
        int c1 = forward || same ? x1 + bend : x1 - bend;
        int c2 = forward ? x2 - bend : x2 + bend;
        return "<path class=\"arrow\" marker-end=\"url(#tip)\" d=\"M%d %d C%d %d %d %d %d %d\"/>\n"
                .formatted(x1, from.middle(), c1, from.middle(), c2, to.middle(), x2, to.middle());
    }

    private Place place(String id) {
        Place place = places.get(id);
        if (place == null) throw new IllegalStateException("the picture has no box " + id);
        return place;
    }

    private static List<String> wrapped(String line) {
        List<String> parts = new java.util.ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (String word : line.split(" ")) {
            if (!part.isEmpty() && part.length() + 1 + word.length() > LETTERS) {
                parts.add(part.toString());
                part.setLength(0);
            }
            if (!part.isEmpty()) part.append(' ');
            part.append(word);
        }
        parts.add(part.toString());
        return parts;
    }

    private static String text(String kind, int x, int y, String words) {
        String escaped = words.replace("&", "&amp;").replace("<", "&lt;");
        return "<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>\n".formatted(kind, x, y, escaped);
    }
}
