/// The one way out of the account: HTTPS to hosts on a list, no redirects, no private addresses, bounded answers.
@NullMarked
package dev.tunedrop.functions.provider.http;

import org.jspecify.annotations.NullMarked;
