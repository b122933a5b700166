/// Signatures of requests to Amazon SageMaker's managed MLflow. Knows the AWS SDK and nothing of MLflow's interface.
@NullMarked
package dev.tunedrop.trainer.tracking.aws;

import org.jspecify.annotations.NullMarked;
