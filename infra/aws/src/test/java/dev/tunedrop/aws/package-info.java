/// What a reviewer would say of the stack, said of the template that is synthesised from it.
@NullMarked
package dev.tunedrop.aws;

import org.jspecify.annotations.NullMarked;
