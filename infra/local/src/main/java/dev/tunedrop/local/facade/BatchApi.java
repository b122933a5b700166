package dev.tunedrop.local.facade;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.batch.BatchException;
import dev.tunedrop.local.batch.BatchService;
import dev.tunedrop.local.batch.Job;
import dev.tunedrop.local.batch.JobShape;

/// Batch's operations.
final class BatchApi implements ServiceApi {

    /// Where each operation lies.
    static final Map<String, String> PATHS = Map.of(
            "/v1/submitjob", "SubmitJob",
            "/v1/describejobs", "DescribeJobs",
            "/v1/terminatejob", "TerminateJob",
            "/v1/canceljob", "CancelJob",
            "/v1/listjobs", "ListJobs");

    private static final int PAGE = 100;

    private final BatchService batch;

    BatchApi(BatchService batch) {
        this.batch = batch;
    }

    @Override
    public JsonNode answer(String operation, JsonNode request) {
        try {
            return switch (operation) {
                case "SubmitJob" -> JobShape.submitted(batch.submit(JobShape.request(request, null)));
                case "DescribeJobs" -> describe(request);
                case "TerminateJob" -> {
                    batch.terminate(
                            request.path("jobId").asText(),
                            request.path("reason").asText());
                    yield Json.mapper().createObjectNode();
                }
                case "CancelJob" -> {
                    batch.cancel(
                            request.path("jobId").asText(),
                            request.path("reason").asText());
                    yield Json.mapper().createObjectNode();
                }
                case "ListJobs" -> list(request);
                default -> throw new IllegalStateException("rules let through " + operation);
            };
        } catch (BatchException e) {
            throw new ApiError("ClientException", e.getMessage() == null ? "" : e.getMessage());
        }
    }

    private JsonNode describe(JsonNode request) {
        ObjectNode answer = Json.mapper().createObjectNode();
        ArrayNode found = answer.putArray("jobs");
        for (JsonNode id : request.path("jobs"))
            batch.find(id.asText()).map(JobShape::detail).ifPresent(found::add);
        return answer;
    }

    /// As Batch: those of one queue and one status, RUNNING when none is named.
    private JsonNode list(JsonNode request) {
        String queue = batch.queue(request.path("jobQueue").asText())
                .orElseThrow(() -> new BatchException(
                        "JobQueue " + request.path("jobQueue").asText() + " does not exist."));
        String status = request.path("jobStatus").asText(Job.Status.RUNNING.name());
        List<Job> jobs = batch.jobs().stream()
                .filter(job -> job.status().name().equals(status))
                .filter(job ->
                        batch.queue(job.request().queue()).filter(queue::equals).isPresent())
                .toList();
        return Paging.page(jobs, request, "maxResults", "nextToken", "jobSummaryList", PAGE, JobShape::summary);
    }
}
