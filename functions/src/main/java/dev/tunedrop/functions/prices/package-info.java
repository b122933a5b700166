/// Brings the catalogue's machine prices up to date. Start at [dev.tunedrop.functions.prices.RefreshedInstances];
/// AWS's own lists are asked in `aws`. Depends on the catalogue's file of the room functions.
@NullMarked
package dev.tunedrop.functions.prices;

import org.jspecify.annotations.NullMarked;
