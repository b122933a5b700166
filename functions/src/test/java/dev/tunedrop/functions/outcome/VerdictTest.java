package dev.tunedrop.functions.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.Step;

class VerdictTest {

    private static Verdict of(String state, String error, String cause) {
        return Verdict.of(new Step.Failed("run", state, error, cause));
    }

    @Test
    void aRefusedDropIsRejectedWithItsOwnCode() {
        assertThat(of(
                        "PlanChunks",
                        Rejected.class.getName(),
                        "{\"errorMessage\":\"base-missing: the base \\\"x\\\". Name one.\",\"errorType\":\"…\"}"))
                .isEqualTo(new Verdict(RunState.REJECTED, "base-missing", "the base \"x\". Name one."));
    }

    @Test
    void aThrownExceptionIsAFailureOfItsState() {
        assertThat(of("QuoteRoutes", "java.lang.NullPointerException", "{\"errorMessage\":\"oops\"}"))
                .isEqualTo(new Verdict(RunState.FAILED, "quote-routes-failed", "oops"));
    }

    @Test
    void aTimeoutIsAFailureButOfAnApprovalARejection() {
        assertThat(of("TrainOnBatch", "States.Timeout", "").reason()).isEqualTo("train-on-batch-timeout");
        assertThat(of("AwaitApproval", "States.HeartbeatTimeout", "").state()).isEqualTo(RunState.REJECTED);
        assertThat(of("AwaitApproval", "Tunedrop.NotApproved", "too dear").state())
                .isEqualTo(RunState.REJECTED);
    }

    @Test
    void aCauseThatIsNoJsonIsTakenAsItIs() {
        assertThat(of("EvaluateAdapter", "Tunedrop.GateNotPassed", "not-better-than-base: 2 is above 1"))
                .isEqualTo(new Verdict(RunState.REJECTED, "not-better-than-base", "2 is above 1"));
        assertThat(of("TrainOnBatch", "States.TaskFailed", "{broken").message()).isEqualTo("{broken");
    }
}
