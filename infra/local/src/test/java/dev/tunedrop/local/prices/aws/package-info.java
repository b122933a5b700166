/// Tests of prices as AWS tells them, against fakes that hold requests to AWS's own models.
@NullMarked
package dev.tunedrop.local.prices.aws;

import org.jspecify.annotations.NullMarked;
