/// The architecture as a picture, drawn from the template that is deployed and from nothing else. Start at
/// [dev.tunedrop.aws.picture.Architecture], which reads the template; [dev.tunedrop.aws.picture.Drawing] draws it.
///
/// Depends on the room events only.
@NullMarked
package dev.tunedrop.aws.picture;

import org.jspecify.annotations.NullMarked;
