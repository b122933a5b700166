package dev.tunedrop.tinybase;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import dev.tunedrop.events.json.Json;

/// The sample task: a support message in, a line out that says which team it goes to, how urgent it is, and a first
/// reply. Rows are OpenAI chats; no two have the same message.
public final class SupportTriage {

    private final Grammar grammar = Grammar.resources("words.grammar", "triage.grammar");
    private final Random random;

    public SupportTriage(long seed) {
        this.random = new Random(seed);
    }

    public record Row(String message, String answer) {

        public String json() {
            return Json.writeLine(
                    Map.of("messages", List.of(new Message("user", message), new Message("assistant", answer))));
        }
    }

    /// One message as OpenAI's format writes it.
    record Message(String role, String content) {}

    public List<Row> rows(int count) {
        Set<String> messages = new LinkedHashSet<>();
        List<Row> rows = new ArrayList<>(count);
        while (rows.size() < count) {
            Row row = row();
            if (messages.add(row.message())) rows.add(row);
        }
        return rows;
    }

    private Row row() {
        String[] parts = grammar.draw("row", random).split(" A~ ", 2);
        String[] answer = parts[1].split(" ~ ", 3);
        return new Row(
                Grammar.polish(parts[0]),
                "team: %s | priority: %s | reply: %s".formatted(answer[0], answer[1], Grammar.polish(answer[2])));
    }
}
