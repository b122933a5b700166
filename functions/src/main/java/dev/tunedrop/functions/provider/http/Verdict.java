package dev.tunedrop.functions.provider.http;

import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// What an answer in the style of OpenAI's API means for the one who asked.
public sealed interface Verdict {

    /// It was done, and this is the object.
    record Done(ObjectNode object) implements Verdict {}

    /// No, for good.
    ///
    /// @param code a word for tables
    /// @param reason the service's sentence
    record No(String code, String reason) implements Verdict {}

    /// Nothing was done; asking again later may help.
    record Later(String reason) implements Verdict {}

    /// It may have been done or not.
    record Unclear(String reason) implements Verdict {}

    /// 429 is told for two reasons: these are the ones that waiting does not mend.
    Set<String> SPENT = Set.of(
            "insufficient_quota",
            "credit_balance_exhausted",
            "organization_usage_limit_exceeded",
            "organization_spend_limit_exceeded",
            "project_spend_limit_exceeded",
            "billing_hard_limit_reached");

    /// @param whole whether an object is the one that was asked for
    static Verdict of(Answer answer, Predicate<ObjectNode> whole) {
        Optional<ObjectNode> object = answer.object();
        int status = answer.status();
        if (answer.good())
            return object.filter(whole)
                    .<Verdict>map(Done::new)
                    .orElseGet(() -> new Unclear("answered " + status + " with something else than the object"));
        JsonNode error = object.map(o -> o.path("error")).orElse(null);
        String code = error == null
                ? ""
                : error.path("status").asText(error.path("code").asText(""));
        String type = error == null ? "" : error.path("type").asText("");
        String said = "answered " + status + (code.isEmpty() ? "" : " " + printable(code));
        return switch (status) {
            case 401 -> new No("credentials", said + ": the key was not accepted");
            case 403 -> new No("not-available", said + ": fine-tuning is not available to this organisation or key");
            case 404 -> new No("not-found", said + ": the model or file is not known there");
            case 429 ->
                SPENT.contains(code) || SPENT.contains(type)
                        ? new No("spend-limit", said + ": a quota or spend limit is reached")
                        : new Later(said + ": too many requests");
            case 408, 409, 425 -> new Unclear(said);
            default -> {
                if (status >= 500) yield new Unclear(said);
                if (status >= 300 && status < 400) yield new No("redirected", said + ": redirects are not followed");
                yield new No("invalid-request", said + ": the request was not accepted" + parameter(error));
            }
        };
    }

    /// The service's own message may quote training text, so only the field it complains of is handed on.
    private static String parameter(@org.jspecify.annotations.Nullable JsonNode error) {
        String param = error == null ? "" : error.path("param").asText("");
        return param.isEmpty() ? "" : " (" + printable(param) + ")";
    }

    private static String printable(String word) {
        String clean = word.replaceAll("[^A-Za-z0-9_.\\[\\]-]", "");
        return clean.length() <= 60 ? clean : clean.substring(0, 60);
    }
}
