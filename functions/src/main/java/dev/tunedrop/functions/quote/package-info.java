/// What every way to train would cost and take, before money moves. Start at
/// [dev.tunedrop.functions.quote.QuoteRules]; prices and devices are data (`instances.json`, dated, with sources), the
/// model's sizes come from its own config. Depends on `cloud` for the handler only.
@NullMarked
package dev.tunedrop.functions.quote;

import org.jspecify.annotations.NullMarked;
