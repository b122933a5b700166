/// Tunedrop in an AWS account, as a CDK app. Start at [dev.tunedrop.aws.TunedropStack]: it reads as the list of what
/// is deployed, one construct per idea. The workflow, functions, queues, rules and tables are the workflow room's data
/// files, the same that the local cloud is built from; what each function may do is `access.json`.
///
/// May depend on the workflow and events rooms, on the CDK and on cdk-nag; never on the code of functions or trainer.
@NullMarked
package dev.tunedrop.aws;

import org.jspecify.annotations.NullMarked;
