/// Lambda on this machine: the same handler classes, made by their no-argument constructors and called with JSON.
/// Start at [dev.tunedrop.local.lambda.FunctionHost]; workflows reach it through
/// [dev.tunedrop.local.lambda.LambdaInvoke], queues through [dev.tunedrop.local.lambda.QueuePoller].
/// Depends on `queue` and `states`' integration contract.
@NullMarked
package dev.tunedrop.local.lambda;

import org.jspecify.annotations.NullMarked;
