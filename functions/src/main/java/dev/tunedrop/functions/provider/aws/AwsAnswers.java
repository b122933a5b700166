package dev.tunedrop.functions.provider.aws;

import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.provider.OneJob.Created;
import dev.tunedrop.functions.provider.SaysNo;

/// What an answer of an AWS service means for the one who asked. A service's sentence may quote what it was
/// given, so only its code and the request's id are handed on.
final class AwsAnswers {

    private static final Set<String> SPENT = Set.of(
            "ServiceQuotaExceededException",
            "ResourceLimitExceeded",
            "LimitExceededException",
            "AccountLimitExceededException");

    /// A job of that name exists: perhaps the one that an earlier create has made.
    private static final Set<String> TAKEN = Set.of("ConflictException", "ResourceInUse", "ResourceInUseException");

    /// What these mean is said by the code, and AWS always names one: an answer without it is not whole.
    private static final Set<Integer> NAMED = Set.of(400, 404);

    private final String service;

    /// @param service its provider's id
    AwsAnswers(String service) {
        this.service = service;
    }

    /// A call that changes nothing, or whose repetition changes nothing.
    ///
    /// @throws SaysNo when the service says no for good
    /// @throws TransientFailure when asking again may help, or nothing is known
    <T> T read(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw switch (judge(e)) {
                case Created.No(String code, String reason) -> new SaysNo(code, service + ": " + what + ": " + reason);
                case Created.Later(String reason) -> passing(what, reason, e);
                case Created.Unclear(String reason) -> passing(what, reason, e);
                case Created.Made made -> throw new IllegalStateException("a failure made " + made.jobId(), e);
            };
        }
    }

    /// The answer to a create.
    ///
    /// @param call gives back the job's id; null where the answer holds none
    Created create(Supplier<@Nullable String> call) {
        try {
            String id = call.get();
            return id == null || id.isEmpty() ? new Created.Unclear("names no job") : new Created.Made(id);
        } catch (SdkException e) {
            return judge(e) instanceof Created.No(String code, String reason)
                    ? new Created.No(code, service + " " + reason)
                    : judge(e);
        }
    }

    /// A field that every good answer has.
    <T> T present(String what, @Nullable T value) {
        if (value == null) throw passing(what, "the answer is not whole", new IllegalStateException(what));
        return value;
    }

    private TransientFailure passing(String what, String reason, Exception cause) {
        return new TransientFailure("%s: %s: %s".formatted(service, what, reason), cause);
    }

    private static Created judge(SdkException e) {
        if (!(e instanceof AwsServiceException answer)) return new Created.Unclear("lost its answer");
        int status = answer.statusCode();
        String code = Optional.ofNullable(answer.awsErrorDetails())
                .map(details -> details.errorCode())
                .orElse("");
        String said = "answered %d%s%s"
                .formatted(
                        status,
                        code.isEmpty() ? "" : " " + code.replaceAll("[^A-Za-z0-9.]", ""),
                        answer.requestId() == null ? "" : " to request " + answer.requestId());
        if (answer.isThrottlingException()) return new Created.Later(said);
        if (SPENT.contains(code)) return new Created.No("quota", said + ": a quota of the account is reached");
        if (TAKEN.contains(code) || (code.isEmpty() && NAMED.contains(status))) return new Created.Unclear(said);
        return switch (status) {
            case 401 -> new Created.No("credentials", said + ": the function's credentials were not accepted");
            case 403 -> new Created.No("not-available", said + ": it is not available to this account or role");
            case 404 -> new Created.No("not-found", said + ": the model or file is not known there");
            case 408, 409, 425 -> new Created.Unclear(said);
            default -> {
                if (status >= 500 || status < 300) yield new Created.Unclear(said);
                if (status < 400) yield new Created.No("redirected", said + ": redirects are not followed");
                yield new Created.No("invalid-request", said + ": the request was not accepted");
            }
        };
    }
}
