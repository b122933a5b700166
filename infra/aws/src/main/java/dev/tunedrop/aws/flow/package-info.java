/// The way of a drop: rule, queue, functions, state machine, bus. Start at [dev.tunedrop.aws.flow.EventQueue].
///
/// Depends on the CDK and on what is beside it in `dev.tunedrop.aws`.
@NullMarked
package dev.tunedrop.aws.flow;

import org.jspecify.annotations.NullMarked;
