/// Where models are trained and what serves them: network, GPU fleet, job, images. Start at
/// [dev.tunedrop.aws.train.Fleet].
///
/// Depends on the CDK and on what is beside it in `dev.tunedrop.aws`.
@NullMarked
package dev.tunedrop.aws.train;

import org.jspecify.annotations.NullMarked;
