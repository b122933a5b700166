/// Which route is taken, and the question to a person where it is dear. Start at
/// [dev.tunedrop.functions.route.RouteRules]. Depends on `cloud` for the handlers only.
@NullMarked
package dev.tunedrop.functions.route;

import org.jspecify.annotations.NullMarked;
