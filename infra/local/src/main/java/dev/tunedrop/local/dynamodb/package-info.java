/// DynamoDB on this machine: AWS's own DynamoDB Local, in this JVM, on a folder. Start at
/// [dev.tunedrop.local.dynamodb.LocalDynamo].
@NullMarked
package dev.tunedrop.local.dynamodb;

import org.jspecify.annotations.NullMarked;
