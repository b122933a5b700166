/// The commands `synth`, `deploy`, `package`, `runbook` and `picture`. Start at [dev.tunedrop.aws.cli.AwsMain].
///
/// Depends on the CDK and on what is beside it in `dev.tunedrop.aws`.
@NullMarked
package dev.tunedrop.aws.cli;

import org.jspecify.annotations.NullMarked;
