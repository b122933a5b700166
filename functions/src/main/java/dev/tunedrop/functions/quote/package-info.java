/// What every way to train would cost and take, before money moves. Start at
/// [dev.tunedrop.functions.quote.QuoteRules]; prices and devices are data (`catalogue/*.json`, dated,
/// with sources, read by [dev.tunedrop.functions.quote.CatalogueFiles]), the model's sizes come from its own config.
/// Depends on `cloud` for the handler and the record of past runs, on `prepare` for what rows of a format teach.
@NullMarked
package dev.tunedrop.functions.quote;

import org.jspecify.annotations.NullMarked;
