package dev.tunedrop.functions.cloud.aws;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.batch.model.AttemptDetail;
import software.amazon.awssdk.services.batch.model.JobDetail;
import software.amazon.awssdk.services.batch.model.JobStatus;
import software.amazon.awssdk.services.batch.model.JobSummary;

import dev.tunedrop.functions.cloud.Jobs;

/// The job queues of AWS Batch.
final class BatchJobs implements Jobs {

    private static final int DESCRIBED_AT_ONCE = 100;

    private final BatchClient batch;

    BatchJobs(BatchClient batch) {
        this.batch = batch;
    }

    @Override
    public Line line(String queue) {
        List<String> waiting =
                list(queue, JobStatus.RUNNABLE).stream().map(JobSummary::jobId).toList();
        int busy = list(queue, JobStatus.STARTING).size()
                + list(queue, JobStatus.RUNNING).size();
        List<Waiting> described = new ArrayList<>();
        for (int i = 0; i < waiting.size(); i += DESCRIBED_AT_ONCE) {
            List<String> some = waiting.subList(i, Math.min(waiting.size(), i + DESCRIBED_AT_ONCE));
            AwsCalls.call("jobs", () -> batch.describeJobs(request -> request.jobs(some))).jobs().stream()
                    .filter(job -> job.status() == JobStatus.RUNNABLE)
                    .map(BatchJobs::waiting)
                    .forEach(described::add);
        }
        return new Line(described, busy);
    }

    private List<JobSummary> list(String queue, JobStatus status) {
        return AwsCalls.call(
                "the queue " + queue,
                () ->
                        batch
                                .listJobsPaginator(
                                        request -> request.jobQueue(queue).jobStatus(status))
                                .jobSummaryList()
                                .stream()
                                .toList());
    }

    /// A job that lost a spot machine waits since then, not since it was submitted.
    private static Waiting waiting(JobDetail job) {
        long since = job.attempts().stream()
                .map(AttemptDetail::stoppedAt)
                .filter(java.util.Objects::nonNull)
                .reduce(job.createdAt(), Math::max);
        return new Waiting(job.jobId(), job.jobName(), Instant.ofEpochMilli(since));
    }

    /// Not TerminateJob: that would end a job that has found its machine in the meantime.
    @Override
    public void withdraw(String jobId, String reason) {
        AwsCalls.call(
                "the job " + jobId,
                () -> batch.cancelJob(request -> request.jobId(jobId).reason(reason)));
    }
}
