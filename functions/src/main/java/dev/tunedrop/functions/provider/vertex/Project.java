package dev.tunedrop.functions.provider.vertex;

import java.net.URI;
import java.util.List;

/// Where tuning runs, and as whom.
///
/// @param audience full name of the workload identity provider that trusts the function's role
/// @param serviceAccount whom that provider may act as
/// @param bucket where rows are copied to
/// @param addresses where Google's services are
record Project(
        String project, String region, String bucket, String audience, String serviceAccount, Addresses addresses) {

    /// Each ends with a slash.
    record Addresses(URI sts, URI iam, URI storage, URI vertex) {

        static Addresses ofGoogle(String region) {
            return new Addresses(
                    URI.create("https://sts.googleapis.com/"),
                    URI.create("https://iamcredentials.googleapis.com/"),
                    URI.create("https://storage.googleapis.com/"),
                    URI.create("https://" + region + "-aiplatform.googleapis.com/"));
        }

        /// One service that stands for all four.
        static Addresses at(URI base) {
            return new Addresses(base, base, base, base);
        }

        List<String> hosts() {
            return List.of(sts.getHost(), iam.getHost(), storage.getHost(), vertex.getHost());
        }
    }

    URI jobs() {
        return addresses.vertex().resolve("v1/projects/%s/locations/%s/".formatted(project, region));
    }
}
