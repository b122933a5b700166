/// SageMaker on this machine: models, endpoints and inference components as records on disk, and one child JVM per
/// endpoint that serves a base with adapters on top. Start at [dev.tunedrop.local.sagemaker.EndpointService].
/// A child is started when it is needed, so a cloud that starts again costs nothing until somebody asks.
/// Depends on `disk`, and on `batch` for child JVMs.
@NullMarked
package dev.tunedrop.local.sagemaker;

import org.jspecify.annotations.NullMarked;
