/// The training job's buckets on S3. Knows the AWS SDK, as `tracking.aws` does, and no other package of the trainer.
@NullMarked
package dev.tunedrop.trainer.job.aws;

import org.jspecify.annotations.NullMarked;
