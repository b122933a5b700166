/// The doors on AWS, and the one place of this room that knows the SDK. Start at
/// [dev.tunedrop.functions.cloud.aws.AwsCloud]. Depends on `cloud`; nothing depends on it but the wiring.
@NullMarked
package dev.tunedrop.functions.cloud.aws;

import org.jspecify.annotations.NullMarked;
