/// S3 on this machine: s3proxy, whose store speaks the SDK's types, on a folder, and the events of a real bucket.
/// Start at [dev.tunedrop.local.s3.aws.LocalS3]. What it lacks against S3: versions, tags and stored checksums,
/// virtual-host addresses, and keys `a` and `a/b` side by side. Depends on `disk`.
@NullMarked
package dev.tunedrop.local.s3.aws;

import org.jspecify.annotations.NullMarked;
