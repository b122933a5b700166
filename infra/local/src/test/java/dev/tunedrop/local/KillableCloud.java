package dev.tunedrop.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.Json;

/// A cloud in a process of its own, to be killed. Its functions and its job write what they do to the file that the
/// system property or else the environment variable TOY_LOG names.
public final class KillableCloud {

    private static final String TASK = """
            "%1$s":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","TimeoutSeconds":20,
              "Arguments":{"FunctionName":"${Step}","Payload":{"step":"%1$s"}},
              "Retry":[{"ErrorEquals":["Lambda.ServiceException"]}],%2$s}""";

    private KillableCloud() {}

    public static void main(String[] args) throws Exception {
        try (LocalCloud cloud = LocalCloud.start(options(Path.of(args[0])))) {
            System.out.println("up " + cloud.addresses().s3());
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    static CloudOptions options(Path home) {
        Workflow toy = ToyCloud.workflow();
        String machine = "{\"QueryLanguage\":\"JSONata\",\"StartAt\":\"A\",\"States\":{"
                + TASK.formatted("A", "\"Next\":\"B\"") + "," + TASK.formatted("B", "\"Next\":\"Train\"") + ","
                + """
                "Train":{"Type":"Task","Resource":"arn:aws:states:::batch:submitJob.sync","TimeoutSeconds":60,
                  "Arguments":{"JobName":"train","JobQueue":"${JobQueue}","JobDefinition":"${JobDefinition}"},"Next":"M"},
                "M":{"Type":"Map","Items":["x","y","z"],"MaxConcurrency":1,"ItemProcessor":{"StartAt":"I","States":{
                  "I":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","TimeoutSeconds":20,
                    "Arguments":{"FunctionName":"${Step}","Payload":{"step":"{% $states.input %}"}},
                    "Retry":[{"ErrorEquals":["Lambda.ServiceException"]}],"End":true}}},"End":true}}}""";
        JsonNode functions = Json.read(
                "{\"Intake\":{\"handler\":\"dev.tunedrop.local.ToyHandlers$Intake\",\"timeoutSeconds\":30,\"memoryMiB\":128},"
                        + "\"Step\":{\"handler\":\"dev.tunedrop.local.KillableCloud$Step\",\"timeoutSeconds\":10,\"memoryMiB\":128}}",
                JsonNode.class,
                "toy");
        return new CloudOptions(
                home,
                home.resolve("models"),
                0,
                new Workflow(machine, functions, toy.queues(), toy.rules(), toy.tables()),
                "dev.tunedrop.local.KillableCloud$SlowJob",
                "none",
                List.of(),
                1);
    }

    static void note(String line) throws IOException {
        Files.writeString(log(), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static Path log() {
        String file = System.getProperty("TOY_LOG", System.getenv("TOY_LOG"));
        return Path.of(Objects.requireNonNull(file, "TOY_LOG is not set"));
    }

    /// Notes its step's start and end, with time in between to be killed in.
    public static final class Step implements RequestStreamHandler {
        @Override
        public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
            String step = Json.mapper().readTree(input).path("step").asText();
            note(step + " start");
            try {
                Thread.sleep(300);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            note(step + " end");
            output.write("{}".getBytes(StandardCharsets.UTF_8));
        }
    }

    /// A job of one second. Like a training job that finds its result, it does nothing the second time: of an attempt
    /// that ended while no cloud was there, nobody knows how.
    public static final class SlowJob {
        private SlowJob() {}

        public static void main(String[] args) throws Exception {
            if (Files.readAllLines(log()).contains("job end")) return;
            note("job start");
            Thread.sleep(1000);
            note("job end");
        }
    }
}
