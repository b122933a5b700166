package dev.tunedrop.functions.dataset;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// How a row is written: the formats that are read, by the words that settings, commands and reports use for them.
public enum DatasetFormat {
    OPENAI_CHAT("openai-chat", false, "messages", "tools", "functions"),
    PROMPT_COMPLETION("prompt-completion", false, "prompt", "completion"),
    ALPACA("alpaca", true, "instruction", "input", "output", "system", "history"),
    SHAREGPT("sharegpt", true, "conversations", "system", "tools"),
    OPENAI_PREFERENCE(
            "openai-preference",
            false,
            "input",
            "preferred_output",
            "non_preferred_output",
            "preferred_completion",
            "non_preferred_completion"),
    PREFERENCE("preference", true, "chosen", "rejected", "prompt", "conversations", "instruction"),
    BEDROCK_CONVERSATION("bedrock-conversation", false, "schemaVersion", "system", "messages"),
    BEDROCK_PREFERENCE("bedrock-preference", false, "schemaVersion", "system", "messages"),
    VERTEX_CONTENTS("vertex-contents", false, "systemInstruction", "system_instruction", "contents"),
    VERTEX_PREFERENCE("vertex-preference", false, "systemInstruction", "system_instruction", "contents", "completions"),
    TEXT("text", true, "text"),
    TEXT_LABEL("text-label", true, "text", "label");

    /// What a file without a good row is reported as.
    public static final String UNKNOWN = "unknown";

    private final String id;
    private final boolean arrays;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> keys;

    DatasetFormat(String id, boolean arrays, String... keys) {
        this.id = id;
        this.arrays = arrays;
        this.keys = List.of(keys);
    }

    public String id() {
        return id;
    }

    /// Whether people write files of this format as one JSON array as well as in JSON Lines.
    public boolean arrays() {
        return arrays;
    }

    /// The fields it is made out by and whose presence is reported.
    public List<String> keys() {
        return keys;
    }

    public static Optional<DatasetFormat> of(String id) {
        return Arrays.stream(values()).filter(format -> format.id.equals(id)).findFirst();
    }

    /// Every id, for messages that list the choice.
    public static String ids() {
        return Arrays.stream(values()).map(DatasetFormat::id).collect(Collectors.joining(", "));
    }
}
