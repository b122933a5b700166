package dev.tunedrop.aws.data;

import java.util.List;

import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.CfnBucket;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.amazon.awscdk.services.s3.ObjectOwnership;
import software.constructs.Construct;

import dev.tunedrop.aws.Settings;
import dev.tunedrop.events.run.PromptProfile;

/// Three buckets and the key they are encrypted with. Outputs lie in another bucket than drops, so nothing that a run
/// writes can start a run.
public final class Storage extends Construct {

    private static final int OLD_VERSION_DAYS = 90;
    private static final int ACCESS_LOG_DAYS = 90;
    private static final int KEPT_TOKEN_DAYS = 30;
    private static final int PROFILE_DAYS = 30;

    private final RemovalPolicy removal;
    private final Key key;
    private final Bucket log;
    private final Bucket drops;
    private final Bucket artefacts;
    private final Bucket bases;

    public Storage(Construct scope, Settings settings) {
        super(scope, "Storage");
        removal = settings.keepData() ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
        key = Key.Builder.create(this, "Key")
                .description("Encrypts the drops, artefacts, base models and ledger of " + settings.name())
                .enableKeyRotation(true)
                .removalPolicy(removal)
                .build();
        log = Bucket.Builder.create(this, "AccessLog")
                .encryption(BucketEncryption.S3_MANAGED)
                .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
                .objectOwnership(ObjectOwnership.BUCKET_OWNER_ENFORCED)
                .enforceSsl(true)
                .lifecycleRules(List.of(expiry("access log", ACCESS_LOG_DAYS)))
                .removalPolicy(removal)
                .build();
        drops = bucket("Drops").lifecycleRules(List.of(housekeeping())).build();
        announceObjects(drops);
        artefacts = bucket("Artefacts")
                .lifecycleRules(List.of(housekeeping(), keptTokens(), profiles()))
                .build();
        bases = bucket("Bases").lifecycleRules(List.of(housekeeping())).build();
    }

    private Bucket.Builder bucket(String name) {
        return Bucket.Builder.create(this, name)
                .versioned(true)
                .encryption(BucketEncryption.KMS)
                .encryptionKey(key)
                .bucketKeyEnabled(true)
                .enforceSsl(true)
                .minimumTlsVersion(1.2)
                .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
                .objectOwnership(ObjectOwnership.BUCKET_OWNER_ENFORCED)
                .serverAccessLogsBucket(log)
                .serverAccessLogsPrefix(name.toLowerCase(java.util.Locale.ROOT) + "/")
                .removalPolicy(removal);
    }

    /// The bucket's own property, and not the CDK's way, which brings a function that sets it from outside.
    private static void announceObjects(Bucket bucket) {
        if (bucket.getNode().getDefaultChild() instanceof CfnBucket raw)
            raw.addPropertyOverride("NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", true);
        else throw new IllegalStateException("a bucket of the CDK has no resource of its own");
    }

    /// Versions that were replaced go after a while, and so do uploads that broke off.
    private static LifecycleRule housekeeping() {
        return LifecycleRule.builder()
                .id("housekeeping")
                .noncurrentVersionExpiration(Duration.days(OLD_VERSION_DAYS))
                .abortIncompleteMultipartUploadAfter(Duration.days(2))
                .build();
    }

    /// Tokens are made again from the drop where they are missing, so what was not asked for lately may go.
    private static LifecycleRule keptTokens() {
        return LifecycleRule.builder()
                .id("kept tokens")
                .prefix("shards/")
                .expiration(Duration.days(KEPT_TOKEN_DAYS))
                .build();
    }

    /// What endpoints counted is looked at for a day.
    private static LifecycleRule profiles() {
        return LifecycleRule.builder()
                .id("profiles of prompts")
                .prefix(PromptProfile.KEYS)
                .expiration(Duration.days(PROFILE_DAYS))
                .build();
    }

    private static LifecycleRule expiry(String id, int days) {
        return LifecycleRule.builder().id(id).expiration(Duration.days(days)).build();
    }

    public Key key() {
        return key;
    }

    public Bucket drops() {
        return drops;
    }

    public Bucket artefacts() {
        return artefacts;
    }

    public Bucket bases() {
        return bases;
    }

    /// Where the network writes its flow logs too.
    public Bucket log() {
        return log;
    }
}
