package dev.tunedrop.aws;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import io.github.cdklabs.cdknag.NagPackProps;
import io.github.cdklabs.cdknag.ServerlessChecks;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.Aspects;

/// The app: one stack, held to cdk-nag's AwsSolutions and Serverless packs and to the CDK's own rules.
public final class TunedropApp {

    private static final Map<String, Object> CONTEXT = Map.of(
            "@aws-cdk/core:validateAgainstDefaultRules", true,
            "@aws-cdk/aws-iam:minimizePolicies", true,
            "@aws-cdk/core:checkSecretUsage", true,
            "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy", true,
            // else the service writes into the bucket's policy itself, and the next deployment takes that back
            "@aws-cdk/aws-s3:createDefaultLoggingPolicy", true,
            "@aws-cdk/aws-lambda:recognizeVersionProps", true,
            "@aws-cdk/core:enablePartitionLiterals", true,
            "aws:cdk:version-reporting", false);

    private final App app;
    private final TunedropStack stack;

    /// @param folder where the templates go; absent: a temporary folder
    public TunedropApp(Settings settings, @Nullable Path folder) {
        AppProps.Builder properties =
                AppProps.builder().context(CONTEXT).analyticsReporting(false).treeMetadata(false);
        if (folder != null) properties.outdir(folder.toString());
        app = new App(properties.build());
        stack = new TunedropStack(app, settings);
        NagPackProps verbose = NagPackProps.builder().verbose(true).build();
        Aspects.of(app).add(new AwsSolutionsChecks(verbose));
        Aspects.of(app).add(new ServerlessChecks(verbose));
    }

    /// Writes the templates.
    ///
    /// @return where they lie, and what cdk-nag and the CDK found and no suppression explains
    public Synthesised synthesise() {
        Path folder = Path.of(app.synth().getDirectory());
        return new Synthesised(folder, stack.getStackName(), Findings.in(folder));
    }

    /// The templates.
    ///
    /// @param folder a cloud assembly, as the CDK's command line takes it
    public record Synthesised(Path folder, String name, List<String> findings) {

        public Synthesised {
            findings = List.copyOf(findings);
        }

        public Path template() {
            return folder.resolve(name + ".template.json");
        }
    }
}
