package dev.tunedrop.functions.provider.vertex;

/// Proves to Google who we are at AWS.
@FunctionalInterface
public interface SubjectToken {

    /// A signed request to AWS's STS, as Google's workload identity federation takes it.
    ///
    /// @param audience full name of the workload identity provider, for which alone the proof is good
    String forAudience(String audience);
}
