package dev.tunedrop.functions.intake;

import java.time.Clock;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.TunedropEvent.RetrainRequested;
import dev.tunedrop.events.TunedropEvent.RetrainRequested.Cause;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.Retrain;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Datasets;
import dev.tunedrop.functions.cloud.Datasets.Answer;
import dev.tunedrop.functions.cloud.Datasets.Dataset;
import dev.tunedrop.functions.cloud.Datasets.Outcome;
import dev.tunedrop.functions.cloud.RunRecord;

/// From a request to a started run over a drop that was accepted before: exactly one for each request, however often it
/// is delivered, and one at a time for each dataset. The run's name follows from the drop and the request; the
/// dataset's row is claimed for it, then it begins as any run does; what became of the request is noted last.
///
/// While a run of the dataset is under way, a request that this run fulfils is joined to it, and another one waits for
/// its end, one for each dataset: the pass by the clock puts it on the bus again.
public final class Retraining {

    private static final Logger LOG = LoggerFactory.getLogger(Retraining.class);
    private static final int TRIES = 8;
    private static final int LONGEST_WHY = 500;

    private final Cloud cloud;
    private final Datasets datasets;
    private final Intake intake;
    private final Clock clock;

    public Retraining(Cloud cloud, Clock clock) {
        this.cloud = cloud;
        this.datasets = cloud.ledger().datasets();
        this.intake = new Intake(cloud, clock);
        this.clock = clock;
    }

    /// @param asked with a `request`
    public Answer take(RetrainRequested asked) {
        String request = Objects.requireNonNull(asked.request(), "request");
        Optional<Answer> known = datasets.answer(request).filter(answer -> answer.outcome() != Outcome.WAITING);
        if (known.isPresent()) return known.get();
        Answer answer = decide(asked, request);
        datasets.answered(answer);
        if (answer.outcome() != Outcome.WAITING) leave(asked.dataset(), request);
        LOG.info("request {} of {}: {}, {}", request, asked.dataset(), answer.outcome(), answer.note());
        return answer;
    }

    private Answer decide(RetrainRequested asked, String request) {
        Optional<Dataset> row = datasets.find(asked.dataset());
        if (asked.cause() == Cause.BASE_RETIREMENT && asked.base() == null)
            return answer(
                    asked, Outcome.REFUSED, null, "no base comes next; name one as retrain.onRetirement in tune.json");
        if ((asked.key() == null) != (asked.version() == null))
            return answer(asked, Outcome.REFUSED, null, "key and version name one file together; give both or neither");
        Optional<RunRecord> before =
                asked.key() == null ? row.map(Dataset::acceptedRun).flatMap(cloud.ledger()::find) : named(asked);
        if (row.isEmpty() || before.isEmpty())
            return answer(
                    asked,
                    Outcome.REFUSED,
                    null,
                    asked.key() == null
                            ? "no drop of the dataset was accepted yet; drop a file"
                            : "no run of the dataset has taken this version of the file in; drop it");
        return begin(asked, before.get().again(why(asked, request), clock.instant()));
    }

    /// The run of the version that the request names, if it is of the dataset.
    private Optional<RunRecord> named(RetrainRequested asked) {
        DropRef drop = new DropRef(
                cloud.drops().bucket(),
                String.valueOf(asked.key()),
                String.valueOf(asked.version()),
                0); // a run's name does not depend on the size
        return cloud.ledger()
                .find(drop.runId())
                .filter(run ->
                        run.dataset().equals(asked.dataset()) && !run.drop().dryRun());
    }

    private Answer begin(RetrainRequested asked, RunRecord fresh) {
        for (int i = 0; i < TRIES; i++) {
            if (started(fresh.runId())) return startedAnswer(asked, fresh);
            String latest =
                    datasets.find(asked.dataset()).map(Dataset::latestRun).orElse(null);
            Optional<RunRecord> underWay = latest == null || latest.equals(fresh.runId())
                    ? Optional.empty()
                    : cloud.ledger().find(latest).filter(run -> !run.state().terminal());
            if (underWay.isPresent()) return joinOrWait(asked, underWay.get());
            if (!fresh.runId().equals(latest) && !datasets.claim(asked.dataset(), latest, fresh.runId())) continue;
            intake.begin(fresh);
            return startedAnswer(asked, fresh);
        }
        throw new IllegalStateException("too many runs of one dataset at once; the request will be delivered again");
    }

    private boolean started(String runId) {
        return cloud.ledger()
                .find(runId)
                .filter(run -> run.executionStarted() || run.state().terminal())
                .isPresent();
    }

    private Answer startedAnswer(RetrainRequested asked, RunRecord fresh) {
        boolean superseded = cloud.ledger()
                .find(fresh.runId())
                .filter(run -> run.state() == RunState.SUPERSEDED && !run.executionStarted())
                .isPresent();
        Retrain retrain = Objects.requireNonNull(fresh.retrain());
        return superseded
                ? answer(asked, Outcome.REFUSED, fresh.runId(), "a newer version of the file is known; name that one")
                : answer(asked, Outcome.STARTED, fresh.runId(), retrain.because());
    }

    private Answer joinOrWait(RetrainRequested asked, RunRecord underWay) {
        if (fulfils(underWay, asked))
            return answer(
                    asked,
                    Outcome.JOINED,
                    underWay.runId(),
                    "the run that is under way does what is asked, and no second one is started");
        Optional<RetrainRequested> before = datasets.find(asked.dataset()).map(Dataset::waiting);
        before.filter(other -> !Objects.equals(other.request(), asked.request()))
                .ifPresent(other -> datasets.answered(
                        answer(other, Outcome.REFUSED, null, "a later request took its place while it waited")));
        datasets.await(asked.dataset(), asked);
        return answer(
                asked,
                Outcome.WAITING,
                underWay.runId(),
                "a run that trains something else is under way; this comes within an hour after its end");
    }

    private boolean fulfils(RunRecord run, RetrainRequested asked) {
        DropRef drop = run.drop();
        boolean file = asked.key() == null
                || (drop.key().equals(asked.key()) && drop.version().equals(asked.version()));
        return file && (asked.base() == null || trainsOn(run, asked.base()));
    }

    private boolean trainsOn(RunRecord run, String base) {
        if (run.retrain() != null && base.equals(run.retrain().base())) return true;
        return cloud.artefacts()
                .findJson(new RunFiles(run.runId()).settings(), RunSettings.class)
                .filter(settings -> base.equals(settings.base()) || base.equals(settings.route()))
                .isPresent();
    }

    private void leave(String dataset, String request) {
        datasets.find(dataset)
                .map(Dataset::waiting)
                .filter(waiting -> request.equals(waiting.request()))
                .ifPresent(waiting -> datasets.await(dataset, null));
    }

    private Answer answer(RetrainRequested asked, Outcome outcome, @Nullable String runId, String note) {
        return new Answer(
                Objects.requireNonNull(asked.request()), outcome, asked.dataset(), runId, note, clock.instant());
    }

    private Retrain why(RetrainRequested asked, String request) {
        String note = asked.note() == null ? "" : asked.note().strip().replaceAll("\\s+", " ");
        String why = note.isEmpty() ? usual(asked.cause()) : note;
        return new Retrain(
                request,
                asked.cause(),
                why.substring(0, Math.min(why.length(), LONGEST_WHY)),
                asked.base(),
                asked.at());
    }

    private static String usual(Cause cause) {
        return switch (cause) {
            case SCHEDULE -> "its time had come";
            case DRIFT -> "what is asked has drifted from what was trained";
            case BASE_RETIREMENT -> "its base goes away";
            case PERSON -> "somebody asked for it";
        };
    }
}
