/// Prices as AWS tells them. Start at [dev.tunedrop.functions.prices.aws.AwsPrices].
@NullMarked
package dev.tunedrop.functions.prices.aws;

import org.jspecify.annotations.NullMarked;
