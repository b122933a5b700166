package dev.tunedrop.aws.flow;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Size;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.FunctionUrlAuthType;
import software.amazon.awscdk.services.lambda.FunctionUrlOptions;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SnapStartConf;
import software.amazon.awscdk.services.lambda.Tracing;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

import dev.tunedrop.aws.Parameters;
import dev.tunedrop.aws.Settings;
import dev.tunedrop.aws.WorkflowData;
import dev.tunedrop.aws.access.Access;
import dev.tunedrop.aws.train.EndpointRole;
import dev.tunedrop.aws.train.Images;

/// Every function of `functions.json`, each with its own role and log, called through the alias `live` of a version,
/// since SnapStart takes snapshots of versions only.
public final class Functions extends Construct {

    /// Holds the dataset's whole range or all its shards on disk.
    private static final Set<String> WITH_DISK = Set.of("PrepareChunks", "AssembleDataset");

    private static final int DISK_MIB = 4096;

    /// SageMaker allows few creations at once; more publications wait their turn.
    private static final Map<String, Integer> RESERVED = Map.of("PublishAdapter", 5);

    private final Settings settings;
    private final Code code;
    private final Access access;
    private final Map<String, String> environment;
    private final Map<String, Alias> live = new LinkedHashMap<>();
    private final Map<String, LogGroup> logs = new LinkedHashMap<>();

    /// `names` are the buckets and tables that every function is told of.
    public Functions(
            Construct scope,
            Settings settings,
            Parameters chosen,
            Access access,
            EndpointRole endpoint,
            Images images,
            Map<String, String> names) {
        super(scope, "Functions");
        this.settings = settings;
        this.access = access;
        this.code = Code.fromAsset(settings.functions().toString());
        Map<String, String> shared = new LinkedHashMap<>(names);
        shared.put("TUNEDROP_BUS", settings.name());
        shared.put("TUNEDROP_STATE_MACHINE", Access.machineArn(software.amazon.awscdk.Stack.of(this), settings));
        shared.put("TUNEDROP_JOB_QUEUE", settings.name());
        shared.put("TUNEDROP_STUCK_MINUTES", chosen.stuckMinutes().getValueAsString());
        shared.put("TUNEDROP_DAY_CAP_USD", chosen.dayCapUsd().getValueAsString());
        shared.put("TUNEDROP_DATASET_CAP_USD", chosen.datasetCapUsd().getValueAsString());
        shared.put("TUNEDROP_VCPU_QUOTAS", chosen.vcpuQuotas().getValueAsString());
        shared.put("TUNEDROP_POLL_SECONDS", chosen.pollSeconds().getValueAsString());
        chosen.services().forEach((name, told) -> shared.put(name, told.getValueAsString()));
        shared.put("TUNEDROP_ENDPOINT_IMAGE", images.endpointImage());
        shared.put("TUNEDROP_ENDPOINT_ROLE", endpoint.role().getRoleArn());
        shared.put("TUNEDROP_ENDPOINT_INSTANCE", chosen.endpointInstance().getValueAsString());
        // the home of a function cannot be written; the tokenizer unpacks its native part here
        shared.put("DJL_CACHE_DIR", "/tmp/djl");
        this.environment = Map.copyOf(shared);
        WorkflowData.shared("functions.json").properties().forEach(entry -> make(entry.getKey(), entry.getValue()));
    }

    private void make(String name, JsonNode shape) {
        LogGroup log = LogGroup.Builder.create(this, name + "Log")
                .retention(LogDays.of(settings.logDays()))
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        Function.Builder function = Function.Builder.create(this, name)
                .description("Tunedrop: " + name)
                .runtime(Runtime.JAVA_25)
                .architecture(Architecture.ARM_64)
                .handler(shape.path("handler").asText())
                .code(code)
                .memorySize(shape.path("memoryMiB").asInt())
                .timeout(Duration.seconds(shape.path("timeoutSeconds").asInt()))
                .environment(environment)
                .role(access.roleOf(name, log))
                .logGroup(log)
                .tracing(Tracing.ACTIVE);
        // SnapStart and a larger disk exclude each other
        if (WITH_DISK.contains(name)) function.ephemeralStorageSize(Size.mebibytes(DISK_MIB));
        else function.snapStart(SnapStartConf.ON_PUBLISHED_VERSIONS);
        Integer reserved = RESERVED.get(name);
        if (reserved != null) function.reservedConcurrentExecutions(reserved);
        Alias alias = Alias.Builder.create(this, name + "Live")
                .aliasName("live")
                .version(function.build().getCurrentVersion())
                .build();
        if (shape.path("url").asBoolean()) openToTheWorld(name, alias);
        live.put(name, alias);
        logs.put(name, log);
    }

    /// Services outside call back without credentials of AWS; the function checks their signature before all else.
    private void openToTheWorld(String name, Alias alias) {
        String address = alias.addFunctionUrl(FunctionUrlOptions.builder()
                        .authType(FunctionUrlAuthType.NONE)
                        .build())
                .getUrl();
        CfnOutput.Builder.create(this, name + "Address").value(address).build().overrideLogicalId(name + "Address");
    }

    /// What a caller calls.
    public Alias live(String name) {
        Alias alias = live.get(name);
        if (alias == null) throw new IllegalStateException("functions.json has no function " + name);
        return alias;
    }

    public Map<String, Alias> all() {
        return Map.copyOf(live);
    }

    public List<LogGroup> logs() {
        return List.copyOf(logs.values());
    }
}
