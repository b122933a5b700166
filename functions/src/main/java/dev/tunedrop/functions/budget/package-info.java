/// Money is reserved before it is spent, and settled after. Start at
/// [dev.tunedrop.functions.budget.ReserveBudgetHandler]. Depends on `cloud`.
@NullMarked
package dev.tunedrop.functions.budget;

import org.jspecify.annotations.NullMarked;
