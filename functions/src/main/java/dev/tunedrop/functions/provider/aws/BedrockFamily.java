package dev.tunedrop.functions.provider.aws;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.provider.SaysNo;

/// How Bedrock customises one family of models: a row of `bedrock.json`.
///
/// @param prefix of the ids of its models; the first row that fits counts
/// @param target the file it takes, by its name in `targets.json`
/// @param validation whether it takes rows to validate on
/// @param onDemand whether a tuned model can be deployed without provisioned throughput
record BedrockFamily(
        String id,
        String prefix,
        String target,
        boolean validation,
        boolean onDemand,
        List<Parameter> hyperParameters,
        String source,
        LocalDate asOf) {

    BedrockFamily {
        hyperParameters = List.copyOf(hyperParameters);
    }

    /// @param from where its value comes from
    /// @param value of a parameter that is always the same
    record Parameter(
            String name,
            From from,
            @Nullable BigDecimal least,
            @Nullable BigDecimal most,
            @Nullable String value) {

        private boolean takes(BigDecimal wanted) {
            return (least == null || wanted.compareTo(least) >= 0) && (most == null || wanted.compareTo(most) <= 0);
        }

        private Optional<String> of(RunSettings settings, String model) {
            return switch (from) {
                case FIXED -> Optional.of(Objects.requireNonNull(value, name));
                case EPOCHS -> {
                    BigDecimal epochs = BigDecimal.valueOf(settings.epochs());
                    if (!takes(epochs))
                        throw new SaysNo(
                                "invalid-request",
                                "bedrock trains %s for %s to %s epochs, not for %s; set \"epochs\""
                                        .formatted(model, least, most, epochs));
                    yield Optional.of(epochs.toPlainString());
                }
                case LEARNING_RATE -> {
                    BigDecimal rate = BigDecimal.valueOf(settings.learningRate());
                    yield takes(rate) ? Optional.of(rate.toPlainString()) : Optional.empty();
                }
            };
        }
    }

    enum From {
        FIXED,
        EPOCHS,
        /// One that the family does not take is left to its default: what is right for an adapter of ours is
        /// not for it.
        LEARNING_RATE
    }

    private record Table(List<BedrockFamily> families) {}

    /// The family of a model's id.
    static Optional<BedrockFamily> of(String model) {
        return all().stream()
                .filter(family -> model.startsWith(family.prefix()))
                .findFirst();
    }

    /// The family that a customised model was made from.
    static Optional<BedrockFamily> ofCustom(String modelArn) {
        String path = modelArn.substring(modelArn.indexOf("custom-model/") + "custom-model/".length());
        return of(path);
    }

    Map<String, String> hyperParameters(RunSettings settings, String model) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Parameter parameter : hyperParameters)
            parameter.of(settings, model).ifPresent(value -> values.put(parameter.name(), value));
        return values;
    }

    static List<BedrockFamily> all() {
        try (InputStream in = Objects.requireNonNull(BedrockFamily.class.getResourceAsStream("bedrock.json"))) {
            return Json.read(in.readAllBytes(), Table.class, "bedrock.json").families();
        } catch (IOException e) {
            throw new UncheckedIOException("bedrock.json cannot be read", e);
        }
    }
}
