/// The training job's buckets on S3. The only package of the trainer that knows the AWS SDK.
@NullMarked
package dev.tunedrop.trainer.job.aws;

import org.jspecify.annotations.NullMarked;
