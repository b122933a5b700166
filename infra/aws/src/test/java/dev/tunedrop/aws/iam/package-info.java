/// A small evaluation of IAM statements, as far as this stack's statements go: explicit deny first, wildcards in
/// actions and resources, the conditions that occur here; an operator that is not known is an error.
@NullMarked
package dev.tunedrop.aws.iam;

import org.jspecify.annotations.NullMarked;
