/// S3 on this machine: s3proxy on a folder, and the events of a real bucket. Start at
/// [dev.tunedrop.local.s3.LocalS3]. What it lacks against S3: versions, tags and stored checksums, virtual-host
/// addresses, and keys `a` and `a/b` side by side. Depends on `disk`.
@NullMarked
package dev.tunedrop.local.s3;

import org.jspecify.annotations.NullMarked;
