package dev.tunedrop.functions.dataset;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;

/// Writes rows as the bytes that [RowJson] describes, one after the other into the same buffer. Belongs to one thread.
final class RowBytes {

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    /// What stands behind the backslash of each escaped character of ASCII; `u` for those with a number; 0 for others.
    private static final byte[] ESCAPES = new byte[0x80];

    static {
        Arrays.fill(ESCAPES, 0, 0x20, (byte) 'u');
        ESCAPES['\b'] = 'b';
        ESCAPES['\t'] = 't';
        ESCAPES['\n'] = 'n';
        ESCAPES['\f'] = 'f';
        ESCAPES['\r'] = 'r';
        ESCAPES['"'] = '"';
        ESCAPES['\\'] = '\\';
    }

    private byte[] bytes = new byte[1 << 10];
    private int size;

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    /// Writes a row in place of what was there.
    void write(Row row) {
        size = 0;
        plain("{\"kind\":\"").plain(row.kind().word()).plain("\"");
        switch (row) {
            case Row.Chat chat -> {
                plain(",\"messages\":[");
                messages(chat.messages());
                plain("]");
                tools(chat.tools());
                flag(",\"parallel_tool_calls\":", chat.parallelToolCalls());
            }
            case Row.Completion pair -> {
                plain(",\"prompt\":").text(pair.prompt());
                plain(",\"completion\":").text(pair.completion());
            }
            case Row.Preference pair -> {
                plain(",\"prompt\":[").messages(pair.prompt());
                plain("],\"chosen\":[").messages(pair.chosen());
                plain("],\"rejected\":[").messages(pair.rejected());
                plain("]").tools(pair.tools());
            }
            case Row.Text text -> plain(",\"text\":").text(text.text());
            case Row.Labelled labelled -> {
                plain(",\"text\":").text(labelled.text());
                plain(",\"label\":").text(labelled.label());
            }
        }
        plain("}");
    }

    private void messages(List<Row.Message> messages) {
        for (int i = 0; i < messages.size(); i++) {
            if (i > 0) plain(",");
            message(messages.get(i));
        }
    }

    private void message(Row.Message message) {
        plain("{\"role\":").text(message.role());
        plain(",\"content\":").text(message.content());
        if (message.trained()) plain(",\"trained\":true");
        text(",\"name\":", message.name());
        if (!message.toolCalls().isEmpty()) {
            plain(",\"tool_calls\":[");
            for (int i = 0; i < message.toolCalls().size(); i++)
                call(message.toolCalls().get(i), i > 0);
            plain("]");
        }
        text(",\"tool_call_id\":", message.toolCallId());
        plain("}");
    }

    private void call(Row.ToolCall call, boolean later) {
        plain(later ? ",{" : "{");
        if (call.id() != null) plain("\"id\":").text(call.id()).plain(",");
        plain("\"name\":").text(call.name());
        plain(",\"arguments\":").text(call.arguments()).plain("}");
    }

    private void tools(List<Row.Tool> tools) {
        for (int i = 0; i < tools.size(); i++) {
            Row.Tool tool = tools.get(i);
            plain(i == 0 ? ",\"tools\":[{\"name\":" : ",{\"name\":").text(tool.name());
            text(",\"description\":", tool.description());
            JsonNode parameters = tool.parameters();
            if (parameters != null) {
                plain(",\"parameters\":").json(Json.writeLine(parameters).getBytes(StandardCharsets.UTF_8));
            }
            flag(",\"strict\":", tool.strict());
            plain(i + 1 == tools.size() ? "}]" : "}");
        }
    }

    private void text(String key, @Nullable String text) {
        if (text != null) plain(key).text(text);
    }

    private void flag(String key, @Nullable Boolean flag) {
        if (flag != null) plain(key).plain(flag ? "true" : "false");
    }

    /// JSON of ASCII.
    @SuppressWarnings("deprecation") // the one way to have a text's bytes without an array for them
    private RowBytes plain(String json) {
        room(json.length());
        json.getBytes(0, json.length(), bytes, size);
        size += json.length();
        return this;
    }

    private void json(byte[] json) {
        room(json.length);
        copy(json, 0, json.length);
    }

    /// A text in quotation marks.
    private RowBytes text(String text) {
        byte[] more = text.getBytes(StandardCharsets.UTF_8);
        room(more.length + 2);
        bytes[size++] = '"';
        int from = 0;
        for (int at = QuickJson.plainEnd(more, 0, more.length); at < more.length; ) {
            byte here = more[at];
            byte escape = here < 0 ? 0 : ESCAPES[here];
            if (escape != 0) {
                copy(more, from, at);
                escape(here, escape, more.length - at);
                from = at + 1;
            }
            at = QuickJson.plainEnd(more, at + 1, more.length);
        }
        copy(more, from, more.length);
        bytes[size++] = '"';
        return this;
    }

    private void copy(byte[] more, int from, int to) {
        System.arraycopy(more, from, bytes, size, to - from);
        size += to - from;
    }

    /// @param left how many bytes of the text have room already
    private void escape(byte character, byte escape, int left) {
        room(left + 8);
        bytes[size++] = '\\';
        bytes[size++] = escape;
        if (escape != 'u') return;
        bytes[size++] = '0';
        bytes[size++] = '0';
        bytes[size++] = HEX[character >> 4];
        bytes[size++] = HEX[character & 0xf];
    }

    private void room(int more) {
        if (size + more > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
    }
}
