package dev.tunedrop.functions;

import java.util.LinkedHashMap;
import java.util.Map;

import com.amazonaws.services.lambda.runtime.Context;
import org.slf4j.MDC;

/// What every line of the log is about while a step works: `runId`, by which one run is found through all functions,
/// and `requestId`, by which Lambda's own lines are. Lines hold identifiers, counts, rule ids and places, and never
/// what a dataset says.
public final class LogContext implements AutoCloseable {

    private static final String RUN = "runId";
    private static final String REQUEST = "requestId";

    private final Map<String, MDC.MDCCloseable> named = new LinkedHashMap<>();

    private LogContext() {}

    /// @param request a step's input; it names a run where it is a [Step.OfRun]
    static LogContext of(Object request, Context context) {
        LogContext made = request instanceof Step.OfRun step ? ofRun(step.runId()) : new LogContext();
        made.put(REQUEST, context.getAwsRequestId());
        return made;
    }

    public static LogContext ofRun(String runId) {
        LogContext made = new LogContext();
        made.put(RUN, runId);
        return made;
    }

    private void put(String name, String value) {
        named.put(name, MDC.putCloseable(name, value));
    }

    @Override
    public void close() {
        named.values().forEach(MDC.MDCCloseable::close);
    }
}
