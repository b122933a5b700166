/// Parts of our own byte-pair encoding, each beside a slow and obvious twin.
@NullMarked
package dev.tunedrop.text.bpe;

import org.jspecify.annotations.NullMarked;
