package dev.tunedrop.local.finetuning;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;

/// What a client ordered, with every `auto` filled in.
///
/// @param model the base
/// @param method absent: the client said none, and the rows decide
/// @param multiplier of the learning rate that the pipeline takes by itself
/// @param beta of DPO; absent with any other method
/// @param settings the `tune.json` that says the same to the pipeline
record JobOrder(
        String model,
        String trainingFile,
        @Nullable String validationFile,
        @Nullable Method method,
        int epochs,
        int batchSize,
        BigDecimal multiplier,
        @Nullable BigDecimal beta,
        long seed,
        @Nullable String suffix,
        Map<String, String> metadata,
        ObjectNode settings) {

    enum Method {
        supervised,
        dpo
    }

    JobOrder {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    ObjectNode hyperparameters() {
        return Json.mapper()
                .createObjectNode()
                .put("n_epochs", epochs)
                .put("batch_size", batchSize)
                .put("learning_rate_multiplier", multiplier);
    }

    /// As OpenAI writes it; `supervised` unless DPO was ordered.
    ObjectNode methodView() {
        Method seen = method == null ? Method.supervised : method;
        ObjectNode view = Json.mapper().createObjectNode().put("type", seen.name());
        ObjectNode hyperparameters = hyperparameters();
        if (beta != null) hyperparameters.put("beta", beta);
        view.putObject(seen.name()).set("hyperparameters", hyperparameters);
        return view;
    }
}
