@NullMarked
package dev.tunedrop.functions.provider.openai;

import org.jspecify.annotations.NullMarked;
