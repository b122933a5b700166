/// Functions as Lambda runs them: a process each, Lambda's own runtime interface client for Java, the package that is
/// deployed. Start at [dev.tunedrop.local.lambda.runtime.RuntimeSandbox], one such process;
/// [dev.tunedrop.local.lambda.runtime.RuntimeApi] is the service that the client in it speaks to, and
/// [dev.tunedrop.local.lambda.runtime.Runtimes] what is shared by all: the unpacked package, the client, the settings.
/// Depends on `lambda` only.
@NullMarked
package dev.tunedrop.local.lambda.runtime;

import org.jspecify.annotations.NullMarked;
