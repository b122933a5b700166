@NullMarked
package dev.tunedrop.local.finetuning;

import org.jspecify.annotations.NullMarked;
