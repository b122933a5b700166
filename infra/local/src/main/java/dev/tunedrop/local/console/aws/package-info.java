/// The console's view of the workflow over the AWS SDK. Start at [dev.tunedrop.local.console.aws.SfnHistories].
/// Depends on the SDK and on the console's own types.
@NullMarked
package dev.tunedrop.local.console.aws;

import org.jspecify.annotations.NullMarked;
