/// The same contracts against AWS's own local engines.
@NullMarked
package dev.tunedrop.functions.cloud.aws;

import org.jspecify.annotations.NullMarked;
