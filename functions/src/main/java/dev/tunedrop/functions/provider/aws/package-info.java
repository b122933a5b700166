/// Services of AWS that fine-tune models and keep them: Bedrock's customisation and SageMaker's serverless
/// one. Data stays within the account.
///
/// Start with [dev.tunedrop.functions.provider.aws.BedrockProvider];
/// [dev.tunedrop.functions.provider.aws.AwsAnswers] says what a failure means. What differs from model to
/// model is data: `bedrock.json`, `sagemaker.json`. Depends on `provider` and `cloud`; it knows the SDK.
@NullMarked
package dev.tunedrop.functions.provider.aws;

import org.jspecify.annotations.NullMarked;
