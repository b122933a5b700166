/// Who may do what. `access.json` names the capabilities of each function, [dev.tunedrop.aws.access.Capability] says
/// what they mean and [dev.tunedrop.aws.access.Statements] spells them in IAM. Start at
/// [dev.tunedrop.aws.access.Access].
///
/// Depends on the CDK and on what is beside it in `dev.tunedrop.aws`.
@NullMarked
package dev.tunedrop.aws.access;

import org.jspecify.annotations.NullMarked;
