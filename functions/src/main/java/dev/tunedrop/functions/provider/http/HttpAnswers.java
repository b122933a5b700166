package dev.tunedrop.functions.provider.http;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.provider.OneJob.Created;
import dev.tunedrop.functions.provider.SaysNo;

/// What one service's answers mean for its provider.
public final class HttpAnswers {

    private final String service;
    private final Predicate<ObjectNode> whole;

    /// @param service its provider's id
    /// @param whole whether an object is one that the service answers with
    public HttpAnswers(String service, Predicate<ObjectNode> whole) {
        this.service = service;
        this.whole = whole;
    }

    /// A call that changes nothing, or whose repetition changes nothing.
    ///
    /// @throws SaysNo when the service says no for good
    /// @throws TransientFailure when asking again may help, or nothing is known
    public ObjectNode read(String what, Supplier<Answer> call) {
        return read(what, call, whole);
    }

    /// @param wanted whether an object is the one that was asked for
    public ObjectNode read(String what, Supplier<Answer> call, Predicate<ObjectNode> wanted) {
        return object(what, answer(call), wanted);
    }

    /// As [#read], of something that may not be there.
    ///
    /// @param absent whether an answer says so
    public Optional<ObjectNode> find(String what, Supplier<Answer> call, Predicate<Answer> absent) {
        Answer answer = answer(call);
        return absent.test(answer) ? Optional.empty() : Optional.of(object(what, answer, whole));
    }

    /// The answer to a create.
    ///
    /// @param id of the job that was made
    public Created create(Supplier<Answer> call, Function<ObjectNode, String> id) {
        Verdict verdict;
        try {
            verdict = Verdict.of(call.get(), whole);
        } catch (ServiceHttp.NotSent e) {
            return new Created.Later("the create was not sent: " + e.getMessage());
        } catch (TransientFailure lost) {
            return new Created.Unclear("lost its answer");
        }
        return switch (verdict) {
            case Verdict.Done(ObjectNode job) -> new Created.Made(id.apply(job));
            case Verdict.No(String code, String reason) -> new Created.No(code, service + " " + reason);
            case Verdict.Later(String reason) -> new Created.Later(reason);
            case Verdict.Unclear(String reason) -> new Created.Unclear(reason);
        };
    }

    public TransientFailure waiting(String reason) {
        return new TransientFailure(service + ": " + reason, new IllegalStateException(reason));
    }

    private Answer answer(Supplier<Answer> call) {
        try {
            return call.get();
        } catch (ServiceHttp.NotSent e) {
            throw new TransientFailure(service + ": " + e.getMessage(), e);
        }
    }

    private ObjectNode object(String what, Answer answer, Predicate<ObjectNode> wanted) {
        return switch (Verdict.of(answer, wanted)) {
            case Verdict.Done(ObjectNode object) -> object;
            case Verdict.No(String code, String reason) ->
                throw new SaysNo(code, "%s: %s: %s".formatted(service, what, reason));
            case Verdict.Later(String reason) -> throw waiting(what + ": " + reason);
            case Verdict.Unclear(String reason) -> throw waiting(what + ": " + reason);
        };
    }
}
