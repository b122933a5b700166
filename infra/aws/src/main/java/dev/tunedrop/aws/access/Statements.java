package dev.tunedrop.aws.access;

import java.util.List;
import java.util.Map;

import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.s3.IBucket;

/// IAM statements, each with the narrowest resource and condition that the call allows.
public final class Statements {

    private Statements() {}

    /// Objects of a bucket under some prefixes. Listing is allowed on the whole bucket, since S3 answers 403 and
    /// not 404 for an object that is not there unless the caller may list.
    public static List<PolicyStatement> read(IBucket bucket, IKey key, List<String> prefixes) {
        return List.of(
                allow(
                        List.of("s3:GetObject", "s3:GetObjectVersion"),
                        prefixes.stream().map(bucket::arnForObjects).toList(),
                        Map.of()),
                allow(List.of("s3:ListBucket"), List.of(bucket.getBucketArn()), Map.of()),
                viaS3(bucket, key, "kms:Decrypt"));
    }

    /// Putting needs Decrypt too: S3 asks for it when it puts a large object together from its parts.
    public static List<PolicyStatement> write(IBucket bucket, IKey key, List<String> prefixes) {
        return List.of(
                allow(
                        List.of("s3:PutObject", "s3:AbortMultipartUpload"),
                        prefixes.stream().map(bucket::arnForObjects).toList(),
                        Map.of()),
                viaS3(bucket, key, "kms:GenerateDataKey", "kms:Decrypt"));
    }

    /// S3 gives the bucket's ARN as encryption context where a bucket key is used, else the object's.
    private static PolicyStatement viaS3(IBucket bucket, IKey key, String... actions) {
        return allow(
                List.of(actions),
                List.of(key.getKeyArn()),
                Map.of(
                        "StringLike",
                        Map.of(
                                "kms:EncryptionContext:aws:s3:arn",
                                List.of(bucket.getBucketArn(), bucket.arnForObjects("*"))),
                        "StringEquals",
                        Map.of("kms:ViaService", "s3." + Stack.of(bucket).getRegion() + ".amazonaws.com")));
    }

    /// Rows of a table whose key begins as given.
    public static List<PolicyStatement> rows(String tableArn, String tableName, IKey key, List<String> beginnings) {
        return List.of(
                allow(
                        List.of(
                                "dynamodb:GetItem",
                                "dynamodb:PutItem",
                                "dynamodb:UpdateItem",
                                "dynamodb:ConditionCheckItem"),
                        List.of(tableArn),
                        Map.of("ForAllValues:StringLike", Map.of("dynamodb:LeadingKeys", beginnings))),
                allow(
                        List.of("kms:Decrypt"),
                        List.of(key.getKeyArn()),
                        Map.of(
                                "StringEquals",
                                Map.of(
                                        "kms:EncryptionContext:aws:dynamodb:tableName",
                                        tableName,
                                        "kms:ViaService",
                                        "dynamodb." + Stack.of(key).getRegion() + ".amazonaws.com"))));
    }

    public static PolicyStatement allow(List<String> actions, List<String> resources, Map<String, ?> conditions) {
        return PolicyStatement.Builder.create()
                .effect(Effect.ALLOW)
                .actions(actions)
                .resources(resources)
                .conditions(conditions)
                .build();
    }

    /// An explicit Deny: no later Allow, of whatever policy, takes it back.
    public static PolicyStatement deny(String sid, List<String> actions, List<String> resources) {
        return PolicyStatement.Builder.create()
                .sid(sid)
                .effect(Effect.DENY)
                .actions(actions)
                .resources(resources)
                .build();
    }

    /// What keeps a role that handles private data away from the keys of services outside the account.
    public static PolicyStatement noProviderSecrets(Stack stack) {
        return deny("NoProviderSecrets", List.of("secretsmanager:*"), List.of(providerSecrets(stack)));
    }

    /// `profiles.json` of the functions names a secret for each service, all of them below `tunedrop/`.
    static String providerSecrets(Stack stack) {
        return "arn:%s:secretsmanager:%s:%s:secret:tunedrop/*"
                .formatted(stack.getPartition(), stack.getRegion(), stack.getAccount());
    }
}
