package dev.tunedrop.tinybase;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One turn of a generated chat; a role that is empty stands for plain prose.
record Turn(String role, String text) {

    private static final Pattern MARK = Pattern.compile("(?:^|\\s)([SUA])\\|\\s");

    /// Takes a drawn text apart at its `S|`, `U|` and `A|`.
    static List<Turn> parse(String drawn) {
        List<Turn> turns = new ArrayList<>();
        Matcher mark = MARK.matcher(drawn);
        String role = "";
        int at = 0;
        while (mark.find()) {
            add(turns, role, drawn.substring(at, mark.start()));
            role = switch (mark.group(1)) {
                case "S" -> "system";
                case "U" -> "user";
                default -> "assistant";
            };
            at = mark.end();
        }
        add(turns, role, drawn.substring(at));
        return turns;
    }

    private static void add(List<Turn> turns, String role, String text) {
        String polished = Grammar.polish(text);
        if (!polished.isEmpty()) turns.add(new Turn(role, polished));
    }
}
