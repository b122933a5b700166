/// What the fine-tuning API asks of the cloud over the AWS SDK and that the functions have no door for. Start at
/// [dev.tunedrop.local.finetuning.aws.SdkCloudDoor].
@NullMarked
package dev.tunedrop.local.finetuning.aws;

import org.jspecify.annotations.NullMarked;
