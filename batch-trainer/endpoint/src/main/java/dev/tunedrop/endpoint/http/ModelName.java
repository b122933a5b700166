package dev.tunedrop.endpoint.http;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.endpoint.api.ApiError;
import dev.tunedrop.endpoint.generate.Service;

/// Which model a request means.
///
/// @param by the header or the field that says so
record ModelName(String name, String by) {

    private static final String FIELD = "model";

    /// By these SageMaker says which model behind an endpoint is meant; the first that is there counts, before `model`.
    private static final List<String> HEADERS = List.of(
            "X-Amzn-SageMaker-Adapter-Identifier",
            "X-Amzn-SageMaker-Target-Model",
            "X-Amzn-SageMaker-Inference-Component");

    /// A header's, else the body's, else the base's.
    static ModelName of(Call call, @Nullable String field, Service service) {
        for (String header : HEADERS) {
            String named = call.header(header);
            if (named != null) return new ModelName(named, header);
        }
        return new ModelName(field == null ? service.base() : field, FIELD);
    }

    static ModelName required(@Nullable String field) {
        if (field == null) throw ApiError.invalid(FIELD, "model is required; GET /v1/models lists what is served");
        return new ModelName(field, FIELD);
    }

    ApiError unknown() {
        return ApiError.notFound(
                by,
                "model_not_found",
                "no model is served under the name that %s gives; GET /v1/models lists what is".formatted(by));
    }
}
