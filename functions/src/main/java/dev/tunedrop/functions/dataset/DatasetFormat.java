package dev.tunedrop.functions.dataset;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// How a row is written: the formats that are read, by the words that settings, commands and reports use for them.
public enum DatasetFormat {
    OPENAI_CHAT("openai-chat", "messages"),
    PROMPT_COMPLETION("prompt-completion", "prompt and completion"),
    ALPACA("alpaca", "instruction and output"),
    SHAREGPT("sharegpt", "conversations of from and value"),
    OPENAI_PREFERENCE("openai-preference", "input, preferred_output and non_preferred_output"),
    PREFERENCE("preference", "chosen and rejected"),
    BEDROCK_CONVERSATION("bedrock-conversation", "schemaVersion bedrock-conversation-2024 and messages"),
    VERTEX_CONTENTS("vertex-contents", "contents of role and parts"),
    TEXT("text", "text"),
    TEXT_LABEL("text-label", "text and label");

    /// What a file without a good row is reported as.
    public static final String UNKNOWN = "unknown";

    private final String id;
    private final String fields;

    DatasetFormat(String id, String fields) {
        this.id = id;
        this.fields = fields;
    }

    public String id() {
        return id;
    }

    /// The fields that make it out, for people.
    public String fields() {
        return fields;
    }

    public static Optional<DatasetFormat> of(String id) {
        return Arrays.stream(values()).filter(format -> format.id.equals(id)).findFirst();
    }

    /// Every id, for messages that list the choice.
    public static String ids() {
        return Arrays.stream(values()).map(DatasetFormat::id).collect(Collectors.joining(", "));
    }
}
