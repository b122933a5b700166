/// Prices as AWS tells them. Start at [dev.tunedrop.local.prices.aws.AwsPrices].
@NullMarked
package dev.tunedrop.local.prices.aws;

import org.jspecify.annotations.NullMarked;
