package dev.tunedrop.functions.dataset;

import org.jspecify.annotations.Nullable;

/// Reads rows of one format. What is wrong goes into the notes; where an error was noted the row does not matter.
@FunctionalInterface
interface RowReader {

    @Nullable
    Row read(JsonValue.Obj row, RowNotes notes);

    static RowReader of(DatasetFormat format) {
        return switch (format) {
            case OPENAI_CHAT -> new OpenAiChatReader();
            case PROMPT_COMPLETION -> new PromptCompletionReader();
            case ALPACA -> new AlpacaReader();
            case SHAREGPT -> new ShareGptReader();
            case OPENAI_PREFERENCE -> new OpenAiPreferenceReader();
            case PREFERENCE -> new PreferenceReader();
            case BEDROCK_CONVERSATION -> new BedrockReader();
            case BEDROCK_PREFERENCE -> new BedrockPreferenceReader();
            case VERTEX_CONTENTS -> new VertexReader();
            case VERTEX_PREFERENCE -> new VertexPreferenceReader();
            case TEXT -> new TextReader();
            case TEXT_LABEL -> new TextLabelReader();
        };
    }
}
