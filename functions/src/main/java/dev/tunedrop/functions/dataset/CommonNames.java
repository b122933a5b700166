package dev.tunedrop.functions.dataset;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// Names and roles that stand in nearly every row, made once: whoever compares them later finds the same object.
final class CommonNames {

    private static final int LONGEST = 16;
    private static final int SLOTS = 1 << 10;

    private static final List<String> OTHERS = List.of(
            "role",
            "content",
            "name",
            "weight",
            "tool_calls",
            "tool_call_id",
            "function_call",
            "id",
            "type",
            "function",
            "arguments",
            "description",
            "parameters",
            "from",
            "value",
            "parts",
            "user",
            "assistant",
            "tool",
            "human",
            "gpt",
            "model",
            "parallel_tool_calls");

    private static final byte[][] BYTES = new byte[SLOTS][];
    private static final String[] NAMES = new String[SLOTS];

    static {
        List<String> names = new ArrayList<>(OTHERS);
        for (DatasetFormat format : DatasetFormat.values()) names.addAll(format.keys());
        for (String name : names) {
            byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
            if (bytes.length > LONGEST) continue;
            int slot = slot(bytes, 0, bytes.length);
            BYTES[slot] = bytes;
            NAMES[slot] = name;
        }
    }

    private CommonNames() {}

    /// Where a name would be; of two in one place the later one has it.
    private static int slot(byte[] bytes, int from, int to) {
        int hash = to - from;
        if (hash > 0) hash += 31 * bytes[from] + 961 * bytes[to - 1] + 29791 * bytes[(from + to) >>> 1];
        return (hash ^ (hash >>> 10)) & (SLOTS - 1);
    }

    /// The name that these bytes spell, when it is a common one.
    static @Nullable String of(byte[] bytes, int from, int to) {
        if (to - from > LONGEST) return null;
        int slot = slot(bytes, from, to);
        byte[] name = BYTES[slot];
        return name != null && Arrays.equals(name, 0, name.length, bytes, from, to) ? NAMES[slot] : null;
    }
}
