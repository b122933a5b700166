package dev.tunedrop.aws.train;

import java.util.List;

import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.ecr.LifecycleRule;
import software.amazon.awscdk.services.ecr.Repository;
import software.amazon.awscdk.services.ecr.RepositoryEncryption;
import software.amazon.awscdk.services.ecr.TagMutability;
import software.amazon.awscdk.services.kms.Key;
import software.constructs.Construct;

import dev.tunedrop.aws.Parameters;
import dev.tunedrop.aws.Settings;

/// Where the trainer's and the endpoint's image lie. A tag is written once and never means something else.
public final class Images extends Construct {

    private static final int KEPT = 20;

    private final Repository trainer;
    private final Repository endpoint;
    private final String tag;

    public Images(Construct scope, Settings settings, Key key, Parameters chosen) {
        super(scope, "Images");
        trainer = repository("Trainer", settings, key);
        endpoint = repository("Endpoint", settings, key);
        tag = chosen.imageTag().getValueAsString();
    }

    private Repository repository(String name, Settings settings, Key key) {
        return Repository.Builder.create(this, name)
                .repositoryName(settings.name() + "/" + name.toLowerCase(java.util.Locale.ROOT))
                .imageTagMutability(TagMutability.IMMUTABLE)
                .imageScanOnPush(true)
                .encryption(RepositoryEncryption.KMS)
                .encryptionKey(key)
                .lifecycleRules(
                        List.of(LifecycleRule.builder().maxImageCount(KEPT).build()))
                .removalPolicy(settings.keepData() ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY)
                .emptyOnDelete(!settings.keepData())
                .build();
    }

    public Repository trainer() {
        return trainer;
    }

    public Repository endpoint() {
        return endpoint;
    }

    public String trainerImage() {
        return trainer.repositoryUriForTag(tag);
    }

    public String endpointImage() {
        return endpoint.repositoryUriForTag(tag);
    }
}
