package dev.tunedrop.functions.provider.openai;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.provider.Attempts;
import dev.tunedrop.functions.provider.Content;
import dev.tunedrop.functions.provider.JobProgress;
import dev.tunedrop.functions.provider.ManagedModel;
import dev.tunedrop.functions.provider.OneJob;
import dev.tunedrop.functions.provider.Provider;
import dev.tunedrop.functions.provider.ProviderState;
import dev.tunedrop.functions.provider.SaysNo;
import dev.tunedrop.functions.provider.Submission;
import dev.tunedrop.functions.provider.TrainingOrder;
import dev.tunedrop.functions.provider.Webhooks;
import dev.tunedrop.functions.provider.http.Answer;
import dev.tunedrop.functions.provider.http.ChatCompletions;
import dev.tunedrop.functions.provider.http.HttpAnswers;

/// A service with OpenAI's protocol.
///
/// The protocol has no idempotency key, and a create costs money. So a job is found again by its metadata
/// and by a mark in its suffix, and [OneJob] says when a create is sent.
public final class OpenAiProvider implements Provider {

    /// How long a create may take to show up in the service's list.
    static final Duration SETTLED = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(OpenAiProvider.class);
    private static final int EVENTS = 20;
    private static final int PAGE = 100;
    private static final int MOST_PAGES = 50;

    private final OpenAiProfile profile;
    private final JobDialect dialect;
    private final OpenAiApi api;
    private final OpenAiFiles files;
    private final @Nullable Webhooks webhooks;
    private final OneJob oneJob;
    private final HttpAnswers answers;
    private final Clock clock;

    OpenAiProvider(
            OpenAiProfile profile,
            OpenAiApi api,
            Content content,
            @Nullable Webhooks webhooks,
            Attempts attempts,
            Clock clock) {
        this.profile = profile;
        this.dialect = profile.dialect().dialect();
        this.api = api;
        this.files = new OpenAiFiles(profile, api, content);
        this.webhooks = webhooks;
        this.answers = OpenAiApi.answers(profile.id());
        this.oneJob = new OneJob(profile.id(), SETTLED, attempts, clock);
        this.clock = clock;
    }

    @Override
    public String id() {
        return profile.id();
    }

    @Override
    public List<String> targets(String model) {
        return profile.targets();
    }

    @Override
    public boolean insideAccount() {
        return profile.insideAccount();
    }

    @Override
    public Optional<Webhooks> webhooks() {
        return Optional.ofNullable(webhooks);
    }

    @Override
    public Submission submit(TrainingOrder order) {
        return oneJob.of(this, order.key(), () -> {
            refuseRetired(order.model());
            OpenAiFiles.Sent ids = files.send(order);
            ObjectNode body = dialect.create(order, mark(order.key()), ids.train(), ids.validation());
            if (!profile.metadata()) body.remove("metadata");
            return () -> answers.create(
                    () -> api.createJob(body), job -> job.path("id").asText());
        });
    }

    /// Wherever in the list it stands.
    @Override
    public Optional<String> jobOf(String orderKey) {
        Predicate<JsonNode> ours = job ->
                orderKey.equals(job.path("metadata").path(JobDialect.ORDER).asText(""))
                        || job.path("suffix").asText("").equalsIgnoreCase(mark(orderKey))
                        || job.path("user_provided_suffix").asText("").equalsIgnoreCase(mark(orderKey));
        String filter = profile.metadata() ? "&metadata%5B" + JobDialect.ORDER + "%5D=" + encoded(orderKey) : "";
        String after = "";
        for (int page = 0; page < MOST_PAGES; page++) {
            ObjectNode list = answers.read("the list of jobs", jobsPage(after, filter));
            JsonNode data = list.path("data");
            for (JsonNode job : data)
                if (ours.test(job)) return Optional.of(job.path("id").asText());
            if (!list.path("has_more").asBoolean(false) || data.isEmpty()) return Optional.empty();
            after = "&after=" + encoded(data.get(data.size() - 1).path("id").asText());
        }
        throw answers.waiting("its list of jobs is longer than " + PAGE * MOST_PAGES);
    }

    @Override
    public JobProgress progress(String jobId) {
        ObjectNode job = answers.read("job " + jobId, () -> api.job(jobId));
        String said = dialect.status(job);
        ProviderState state = profile.state(said);
        String reason = state == ProviderState.FAILED || state == ProviderState.CANCELLED ? dialect.failure(job) : null;
        JobProgress progress = new JobProgress(state, said, reason, dialect.trainedTokens(job));
        return profile.events() && state == ProviderState.RUNNING ? withSteps(jobId, progress) : progress;
    }

    /// Steps are for people to watch: a service that does not tell them now is not asked again for them.
    private JobProgress withSteps(String jobId, JobProgress progress) {
        JsonNode newest = null;
        try {
            for (JsonNode event : answers.read("events of " + jobId, () -> api.events(jobId, "limit=" + EVENTS))
                    .path("data")) {
                JsonNode data = event.path("data");
                if (data.path("step").isNumber()
                        && (newest == null
                                || data.path("step").asLong()
                                        > newest.path("step").asLong())) newest = data;
            }
        } catch (TransientFailure | SaysNo silent) {
            LOG.info("no steps are shown: {}", silent.getMessage());
        }
        if (newest == null) return progress;
        return progress.at(
                newest.path("step").asLong(),
                newest.path("total_steps").isNumber()
                        ? newest.path("total_steps").asLong()
                        : null,
                newest.path("train_loss").isNumber() ? newest.path("train_loss").doubleValue() : null);
    }

    @Override
    public void cancel(String jobId) {
        try {
            answers.read("cancelling " + jobId, () -> api.tell(jobId, "cancel"));
        } catch (SaysNo no) {
            if (!progress(jobId).state().ended()) throw no;
        }
    }

    @Override
    public Optional<ManagedModel> result(String jobId) {
        ObjectNode job = answers.read("job " + jobId, () -> api.job(jobId));
        String model = dialect.model(job);
        if (model.isEmpty()) return Optional.empty();
        return Optional.of(new ManagedModel(model, dialect.trainedTokens(job), null, validationLoss(jobId)));
    }

    /// Where the service serves a tuned model by its id; elsewhere a person deploys it first.
    @Override
    public String ask(String asked, List<Map<String, String>> messages, int maxTokens) {
        if (!profile.chats()) return Provider.super.ask(asked, messages, maxTokens);
        return ChatCompletions.text(answers.read(
                asked, () -> api.chat(ChatCompletions.question(asked, messages, maxTokens)), ChatCompletions::whole));
    }

    /// Of the last checkpoint.
    private @Nullable Double validationLoss(String jobId) {
        if (!profile.checkpoints()) return null;
        JsonNode newest = null;
        for (JsonNode checkpoint : answers.read("checkpoints of " + jobId, () -> api.checkpoints(jobId))
                .path("data"))
            if (newest == null
                    || checkpoint.path("step_number").asLong()
                            > newest.path("step_number").asLong()) newest = checkpoint;
        if (newest == null) return null;
        JsonNode metrics = newest.path("metrics");
        JsonNode loss = metrics.has("full_valid_loss") ? metrics.path("full_valid_loss") : metrics.path("valid_loss");
        return loss.isNumber() ? loss.doubleValue() : null;
    }

    /// A base that is about to be shut down is not worth a cent.
    private void refuseRetired(String model) {
        if (!profile.shutdownDates()) return;
        String date = answers.read("the model " + model, () -> api.model(model))
                .path("shutdown_date")
                .asText("");
        LocalDate end;
        try {
            end = LocalDate.parse(date);
        } catch (DateTimeParseException unreadable) {
            return;
        }
        if (!end.isAfter(LocalDate.now(clock)))
            throw new SaysNo("retired", "%s shut %s down on %s".formatted(profile.id(), model, date));
    }

    private Supplier<Answer> jobsPage(String after, String filter) {
        return () -> api.jobs("limit=" + PAGE + after + filter);
    }

    /// The suffix: short enough for every service, and of this order alone.
    private static String mark(String orderKey) {
        return "td-" + Sha256.of(orderKey.getBytes(StandardCharsets.UTF_8)).substring(0, 12);
    }

    private static String encoded(String word) {
        return URLEncoder.encode(word, StandardCharsets.UTF_8);
    }
}
