/// The stack in LocalStack: only with Docker, and with the functions' package built.
@NullMarked
package dev.tunedrop.aws.localstack;

import org.jspecify.annotations.NullMarked;
