package dev.tunedrop.functions.provider.faults;

/// A way for a service to misbehave.
///
/// @see FaultyService
public enum Fault {
    DROPPED_BEFORE(Work.NOT_DONE),
    DROPPED_AFTER(Work.DONE),
    HALF_ANSWER(Work.DONE),
    SILENCE(Work.DONE),
    EMPTY_200(Work.DONE),
    HTML_200(Work.DONE),
    LIST_200(Work.DONE),
    EMPTY_OBJECT_200(Work.DONE),
    NO_CONTENT_204(Work.DONE),
    REDIRECT_302(Work.NOT_DONE),
    BAD_REQUEST_400(Work.NOT_DONE),
    UNAUTHORISED_401(Work.NOT_DONE),
    FORBIDDEN_403(Work.NOT_DONE),
    NOT_FOUND_404(Work.NOT_DONE),
    TIMEOUT_408(Work.DONE),
    CONFLICT_409(Work.NOT_DONE),
    TOO_LARGE_413(Work.NOT_DONE),
    UNPROCESSABLE_422(Work.NOT_DONE),
    TOO_MANY_429(Work.NOT_DONE),
    QUOTA_429(Work.NOT_DONE),
    SERVER_ERROR_500(Work.DONE),
    BAD_GATEWAY_502(Work.DONE),
    UNAVAILABLE_503(Work.NOT_DONE);

    /// Whether the service does what it was asked before it misbehaves.
    public enum Work {
        DONE,
        NOT_DONE
    }

    private final Work work;

    Fault(Work work) {
        this.work = work;
    }

    public Work work() {
        return work;
    }

    /// Whether the answer says that asking again changes nothing.
    public boolean permanent() {
        return switch (this) {
            case REDIRECT_302,
                    BAD_REQUEST_400,
                    UNAUTHORISED_401,
                    FORBIDDEN_403,
                    NOT_FOUND_404,
                    TOO_LARGE_413,
                    UNPROCESSABLE_422,
                    QUOTA_429 -> true;
            default -> false;
        };
    }
}
