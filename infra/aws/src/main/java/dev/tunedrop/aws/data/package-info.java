/// What is kept: buckets, the key they are encrypted with, the ledger. Start at [dev.tunedrop.aws.data.Storage].
///
/// Depends on the CDK and on what is beside it in `dev.tunedrop.aws`.
@NullMarked
package dev.tunedrop.aws.data;

import org.jspecify.annotations.NullMarked;
