package dev.tunedrop.functions.provider.aws;

import java.time.Clock;

import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

import dev.tunedrop.functions.provider.vertex.SubjectToken;

/// Proofs of an identity that does not exist.
public final class Proofs {

    private Proofs() {}

    public static SubjectToken signed(Clock clock) {
        return new CallerIdentity(
                StaticCredentialsProvider.create(
                        AwsSessionCredentials.create("AKIDEXAMPLE", "not-a-secret", "not-a-session")),
                "eu-central-1",
                clock);
    }
}
