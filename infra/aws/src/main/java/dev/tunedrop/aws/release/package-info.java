/// The stack as it ships with a release: a template that any account can deploy with the AWS CLI alone, and the
/// functions' package. Start at [dev.tunedrop.aws.release.Release].
///
/// Depends on the room events only.
@NullMarked
package dev.tunedrop.aws.release;

import org.jspecify.annotations.NullMarked;
