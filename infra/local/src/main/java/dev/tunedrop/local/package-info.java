/// Tunedrop's cloud in one JVM: the same functions, the same workflow text and the same SDK calls as on AWS, against
/// loopback addresses. Start at [dev.tunedrop.local.LocalCloud]. Each AWS service has a package of its own below this
/// one; the command line is in `cli`, the web page in `console`.
@NullMarked
package dev.tunedrop.local;

import org.jspecify.annotations.NullMarked;
