@NullMarked
package dev.tunedrop.functions.provider.http;

import org.jspecify.annotations.NullMarked;
