/// The doors' twins in memory: real code under the same contract tests, for tests and for trying rules without a cloud.
/// Depends on `cloud` only.
@NullMarked
package dev.tunedrop.functions.cloud.memory;

import org.jspecify.annotations.NullMarked;
