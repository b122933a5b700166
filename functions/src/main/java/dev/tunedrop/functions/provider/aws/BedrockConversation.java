package dev.tunedrop.functions.provider.aws;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;

/// Asks models that Bedrock keeps. Only the command line does, so its client is not in the functions' package: nothing
/// that is there may name that client's types, not in a signature either, or the class that does cannot be linked.
final class BedrockConversation implements BedrockProvider.Conversation {

    private final BedrockRuntimeClient runtime;
    private final AwsAnswers answers = new AwsAnswers(BedrockProvider.ID);

    BedrockConversation(BedrockRuntimeClient runtime) {
        this.runtime = runtime;
    }

    /// @param http by which models are asked
    static BedrockProvider.Conversation by(SdkHttpClient http) {
        return new BedrockConversation(
                BedrockRuntimeClient.builder().httpClient(http).build());
    }

    @Override
    public String answer(String model, List<Map<String, String>> messages, int maxTokens) {
        ConverseResponse answer = answers.read(
                model,
                () -> runtime.converse(converse -> converse.modelId(model)
                        .system(instructions(messages))
                        .messages(turns(messages))
                        .inferenceConfig(config -> config.maxTokens(maxTokens).temperature(0f))));
        return answers.present(model, answer.output()).message().content().stream()
                .map(ContentBlock::text)
                .filter(Objects::nonNull)
                .collect(Collectors.joining());
    }

    private static List<SystemContentBlock> instructions(List<Map<String, String>> messages) {
        return messages.stream()
                .filter(message -> "system".equals(message.get("role")))
                .map(message -> SystemContentBlock.fromText(message.get("content")))
                .toList();
    }

    private static List<Message> turns(List<Map<String, String>> messages) {
        return messages.stream()
                .filter(message -> !"system".equals(message.get("role")))
                .map(message -> Message.builder()
                        .role(message.get("role"))
                        .content(ContentBlock.fromText(message.get("content")))
                        .build())
                .toList();
    }
}
