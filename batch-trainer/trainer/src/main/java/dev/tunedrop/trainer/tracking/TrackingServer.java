package dev.tunedrop.trainer.tracking;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.trainer.tracking.aws.SageMakerMlflow;

/// An MLflow tracking server and how it is spoken to. The names of the environment are MLflow's own.
///
/// A token or password of the environment goes only to the server that the environment names, where it names one:
/// settings come with the data, and must not be able to send a credential elsewhere.
///
/// @param endpoint without the path of the interface
public record TrackingServer(URI endpoint, RequestSigner signer) {

    private static final String URI_NAME = "MLFLOW_TRACKING_URI";

    /// @param wanted the settings' tracking URI; absent: the environment's `MLFLOW_TRACKING_URI`, if any
    /// @param environment null for a name that is not set
    /// @throws UserMistake when it is neither an address nor the ARN of a managed server
    public static Optional<TrackingServer> of(@Nullable String wanted, Function<String, @Nullable String> environment) {
        String own = environment.apply(URI_NAME);
        String uri = wanted != null ? wanted : own;
        if (uri == null || uri.isBlank()) return Optional.empty();
        Optional<SageMakerMlflow> managed = SageMakerMlflow.of(uri);
        if (managed.isPresent()) {
            String elsewhere = environment.apply("SAGEMAKER_MLFLOW_CUSTOM_ENDPOINT");
            URI endpoint = elsewhere == null ? managed.get().endpoint() : address(elsewhere);
            return Optional.of(new TrackingServer(endpoint, managed.get().signer()));
        }
        URI endpoint = address(uri);
        boolean trusted = own == null || own.isBlank() || sameServer(own, endpoint);
        return Optional.of(new TrackingServer(endpoint, trusted ? credentials(environment) : (m, u, b) -> Map.of()));
    }

    private static boolean sameServer(String own, URI endpoint) {
        if (SageMakerMlflow.of(own).isPresent()) return false;
        URI mine = address(own);
        return mine.getScheme().equals(endpoint.getScheme())
                && mine.getAuthority().equalsIgnoreCase(endpoint.getAuthority());
    }

    private static URI address(String text) {
        try {
            URI uri = URI.create(text.replaceAll("/+$", ""));
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())))
                return uri;
        } catch (IllegalArgumentException e) {
            throw notAnAddress(text);
        }
        throw notAnAddress(text);
    }

    private static UserMistake notAnAddress(String text) {
        return new UserMistake(
                "tracking.mlflow is \"%s\". Give an address such as https://mlflow.example.com or the ARN of a SageMaker tracking server."
                        .formatted(text));
    }

    private static RequestSigner credentials(Function<String, @Nullable String> environment) {
        String token = environment.apply("MLFLOW_TRACKING_TOKEN");
        if (token != null) return always("Bearer " + token);
        String user = environment.apply("MLFLOW_TRACKING_USERNAME");
        if (user == null) return (method, uri, body) -> Map.of();
        String password = environment.apply("MLFLOW_TRACKING_PASSWORD");
        String pair = user + ":" + (password == null ? "" : password);
        return always("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    private static RequestSigner always(String authorization) {
        return (method, uri, body) -> Map.of("Authorization", authorization);
    }
}
