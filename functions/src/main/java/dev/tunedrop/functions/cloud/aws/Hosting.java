package dev.tunedrop.functions.cloud.aws;

import dev.tunedrop.functions.Configuration;

/// What an endpoint is made of.
///
/// @param image the endpoint's container image
/// @param roleArn the role its containers run as
/// @param artefacts the bucket in which endpoints leave what they have counted
/// @param memoryMiB the least memory of the base component
record Hosting(String image, String roleArn, String artefacts, String instanceType, int memoryMiB, int accelerators) {

    private static final String LOCAL_ROLE = "arn:aws:iam::000000000000:role/tunedrop-endpoint";

    /// On one machine the image and role are names that nothing is pulled from.
    static Hosting fromConfiguration() {
        boolean local = Configuration.local();
        return new Hosting(
                Configuration.value("TUNEDROP_ENDPOINT_IMAGE", local ? "tunedrop-endpoint:local" : ""),
                Configuration.value("TUNEDROP_ENDPOINT_ROLE", local ? LOCAL_ROLE : ""),
                Configuration.required("TUNEDROP_ARTEFACTS"),
                Configuration.value("TUNEDROP_ENDPOINT_INSTANCE", "ml.g6.xlarge"),
                Integer.parseInt(Configuration.value("TUNEDROP_ENDPOINT_MEMORY_MIB", "8192")),
                Integer.parseInt(Configuration.value("TUNEDROP_ENDPOINT_ACCELERATORS", local ? "0" : "1")));
    }

    /// Checked where an endpoint is made, so that other functions run without these.
    void check() {
        if (image.isEmpty() || roleArn.isEmpty())
            throw new IllegalStateException(
                    "TUNEDROP_ENDPOINT_IMAGE and TUNEDROP_ENDPOINT_ROLE must name the endpoint's image and role; set both");
    }
}
