package dev.tunedrop.aws.train;

import java.util.List;
import java.util.Map;

import software.amazon.awscdk.services.ecr.Repository;
import software.amazon.awscdk.services.iam.PolicyStatement;

import dev.tunedrop.aws.access.Statements;

/// What pulling an image of one repository needs.
final class Pulling {

    private Pulling() {}

    static List<PolicyStatement> of(Repository repository) {
        return List.of(
                Statements.allow(
                        List.of("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
                        List.of(repository.getRepositoryArn()),
                        Map.of()),
                // a token for the registry; it knows no resources
                Statements.allow(List.of("ecr:GetAuthorizationToken"), List.of("*"), Map.of()));
    }
}
