/// The HTTP door of the local cloud: AWS's JSON protocols on one loopback port, told apart by `X-Amz-Target` or by
/// path. Start at [dev.tunedrop.local.facade.Facade]. Requests are checked against the `*.rules` files beside this
/// package's classes before a service sees them. Depends on the services it opens the door to.
@NullMarked
package dev.tunedrop.local.facade;

import org.jspecify.annotations.NullMarked;
