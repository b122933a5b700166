#!/usr/bin/env bash
# What only a real account can prove, as probes of a deployed stack: one line each, and the number that failed as the
# exit code. Needs the AWS CLI 2 with credentials that may read the stack, jq, and a small training file.
#
#   infra/aws/conformance/conformance.sh [--stack tunedrop] [--file samples/support-triage.jsonl] [--train]
#
# Without --train nothing is bought: drops are dry runs (quote/…). With it one small training job runs and is published,
# which costs what its quote says.

# probes are functions that are called by their names
# shellcheck disable=SC2317
set -uo pipefail

stack=tunedrop
file=samples/support-triage.jsonl
train=false
while [ $# -gt 0 ]; do
  case "$1" in
    --stack) stack="$2"; shift 2 ;;
    --file) file="$2"; shift 2 ;;
    --train) train=true; shift ;;
    *) echo "conformance: $1 is not understood; see the head of this file" >&2; exit 64 ;;
  esac
done
for tool in aws jq; do
  command -v "$tool" >/dev/null || { echo "conformance: $tool is not on the path; install it" >&2; exit 69; }
done
[ -r "$file" ] || { echo "conformance: $file cannot be read; give another with --file" >&2; exit 66; }

failed=0
count=0
probe() { # sentence, command…
  local sentence="$1"; shift
  count=$((count + 1))
  if said=$("$@" 2>&1); then printf 'ok   %2d %s\n' "$count" "$sentence"
  else failed=$((failed + 1)); printf 'FAIL %2d %s\n        %s\n' "$count" "$sentence" "$(head -c 300 <<<"$said" | tr '\n' ' ')"; fi
}

output() { jq -r --arg name "$1" '.Stacks[0].Outputs[] | select(.OutputKey == $name).OutputValue' <<<"$described"; }
resource() { # the physical name of the one resource of a type whose logical name begins as given
  jq -r --arg type "$1" --arg name "$2" \
    '[.StackResourceSummaries[] | select(.ResourceType == $type and (.LogicalResourceId | startswith($name))).PhysicalResourceId][0] // empty' <<<"$resources"
}
described=$(aws cloudformation describe-stacks --stack-name "$stack") || exit 69
resources=$(aws cloudformation list-stack-resources --stack-name "$stack") || exit 69
drops=$(output Drops); artefacts=$(output Artefacts); machine=$(output Runs)
ledger=$(resource AWS::DynamoDB::Table LedgerTable)
topic=$(resource AWS::SNS::Topic AnnouncementsTopic)
dead=$(resource AWS::SQS::Queue DropsDropsDead)
mark=conformance-$(date +%s)
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT

eventually() { # seconds, command…: true once the command is
  local until=$((SECONDS + $1)); shift
  until "$@"; do [ "$SECONDS" -lt "$until" ] || return 1; sleep 5; done
}
equals() { [ "$1" = "$2" ] || { echo "was $2, not $1"; return 1; }; }
function_of() { resource AWS::Lambda::Function "Functions$1"; }
executions() { aws stepfunctions list-executions --state-machine-arn "$machine" --max-items 200 --query "executions[?starts_with(name, '$1')]" --output json; }
one_execution() { equals 1 "$(executions "$1" | jq length)"; }
ended() { [ "$(executions "$1" | jq -r '.[0].status // "none"')" = "$2" ]; }
drop() { aws s3 cp --only-show-errors "$1" "s3://$drops/$2"; }

# the stack as it stands
stack_settled() { [[ "$(jq -r '.Stacks[0].StackStatus' <<<"$described")" =~ ^(CREATE|UPDATE)_COMPLETE$ ]]; }
no_drift() {
  local id; id=$(aws cloudformation detect-stack-drift --stack-name "$stack" --query StackDriftDetectionId --output text) || return 1
  drift() { aws cloudformation describe-stack-drift-detection-status --stack-drift-detection-id "$id" --query "$1" --output text; }
  detected() { [ "$(drift DetectionStatus)" != DETECTION_IN_PROGRESS ]; }
  eventually 600 detected || return 1
  equals IN_SYNC "$(drift StackDriftStatus)"
}
snap_started() { equals On "$(aws lambda get-function-configuration --function-name "$(function_of Intake)" --qualifier live --query SnapStart.OptimizationStatus --output text)"; }
plain_http_refused() { local code; code=$(curl -s -o /dev/null -w '%{http_code}' "http://$drops.s3.amazonaws.com/none"); [ "$code" = 403 ] || [ "$code" = 301 ] || { echo "status $code"; return 1; }; }
encrypted_with_our_key() { aws s3api get-bucket-encryption --bucket "$1" | jq -e '.ServerSideEncryptionConfiguration.Rules[0] | .ApplyServerSideEncryptionByDefault.SSEAlgorithm == "aws:kms" and .BucketKeyEnabled' >/dev/null; }
recovery_on() { equals ENABLED "$(aws dynamodb describe-continuous-backups --table-name "$ledger" --query ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus --output text)"; }
probe "the stack is created or updated wholly" stack_settled
probe "nobody has changed a resource of the stack by hand" no_drift
probe "SnapStart has optimised the version that the alias live of Intake points to" snap_started
probe "the drop bucket answers nobody over plain HTTP" plain_http_refused
probe "drops are encrypted with the stack's key through a bucket key" encrypted_with_our_key "$drops"
probe "artefacts are encrypted with the stack's key through a bucket key" encrypted_with_our_key "$artefacts"
probe "the ledger can be taken back to any point in time" recovery_on

# fleet, images and quotas
valid() { equals VALID "$(aws batch describe-compute-environments --query "computeEnvironments[?contains(computeEnvironmentArn, '$1')].status | [0]" --output text)"; }
queue_valid() { equals VALID "$(aws batch describe-job-queues --job-queues "$1" --query 'jobQueues[0].status' --output text)"; }
image_there() { aws ecr describe-images --repository-name "$stack/$1" --query 'imageDetails[0].imageTags' --output text; }
gpu_quota() { aws service-quotas list-service-quotas --service-code ec2 | jq -e "[.Quotas[] | select(.QuotaName == \"$1\").Value][0] >= 4" >/dev/null; }
no_route_out() { # the machines' network: no route leaves it but to S3
  local vpc; vpc=$(resource AWS::EC2::VPC NetworkVpc)
  aws ec2 describe-route-tables --filters "Name=vpc-id,Values=$vpc" | jq -e '[.RouteTables[].Routes[] | select(.GatewayId // "" | startswith("igw-")) ] + [.RouteTables[].Routes[] | select(.NatGatewayId)] | length == 0' >/dev/null
}
endpoint_quota() { aws service-quotas list-service-quotas --service-code sagemaker | jq -e '[.Quotas[] | select(.QuotaName == "ml.g6.xlarge for endpoint usage").Value][0] >= 1' >/dev/null; }
probe "the spot fleet is valid" valid "$(resource AWS::Batch::ComputeEnvironment FleetSpot)"
probe "the on-demand fleet is valid" valid "$(resource AWS::Batch::ComputeEnvironment FleetOnDemand)"
probe "the queue on spot machines takes jobs" queue_valid "$stack"
probe "the queue on on-demand machines takes jobs" queue_valid "$stack-on-demand"
probe "the trainer's image was pushed" image_there trainer
probe "the endpoint's image was pushed" image_there endpoint
probe "the account may start a GPU machine on spot" gpu_quota "All G and VT Spot Instance Requests"
probe "the account may start a GPU machine on demand" gpu_quota "Running On-Demand G and VT instances"
probe "SageMaker allows an endpoint of the default type" endpoint_quota
probe "no route leads from the machines' network to the internet" no_route_out

# a drop: S3 → EventBridge → SQS → Lambda → Step Functions, with the services' own delivery
drop "$file" "quote/$mark/once.jsonl"
probe "a drop starts an execution that can be found from the file's name within a minute" eventually 60 one_execution "$mark-once-"
probe "a dry run ends SUCCEEDED with its quote" eventually 600 ended "$mark-once-" SUCCEEDED
run=$(executions "$mark-once-" | jq -r '.[0].name // "none"')
quote_there() { aws s3 cp --only-show-errors "s3://$artefacts/runs/$run/quote.json" "$folder/quote.json" && jq -e '.routes | length > 0' "$folder/quote.json" >/dev/null; }
ledger_says() { equals QUOTED "$(aws dynamodb get-item --table-name "$ledger" --key "{\"id\":{\"S\":\"run#$run\"}}" --query Item.state.S --output text)"; }
again() { aws stepfunctions start-execution --state-machine-arn "$machine" --name "$run" --input '{}' 2>&1 | grep -q ExecutionAlreadyExists; }
probe "its quote lies in the artefact bucket" quote_there
probe "the ledger's row of the run says QUOTED" ledger_says
probe "the name of a run cannot be used a second time" again
log_without_data() { # events of the run are there, and none has an input
  aws logs filter-log-events --log-group-name "/aws/vendedlogs/states/$stack" --filter-pattern "\"$run\"" |
    jq -e '[.events[].message | fromjson] | length > 0 and all(.[]; (.details // {}) | has("input") | not)' >/dev/null
}
trace_there() { aws xray get-trace-summaries --start-time "$((${mark##*-} - 60))" --end-time "$(date +%s)" | jq -e '.TraceSummaries | length > 0' >/dev/null; }
probe "the log of the state machine tells of the run and holds none of its data" eventually 120 log_without_data
probe "X-Ray has traces of the drop" eventually 120 trace_there
head -n 1 "$file" > "$folder/bad.jsonl"; echo '{"messages": broken' >> "$folder/bad.jsonl"
drop "$folder/bad.jsonl" "quote/$mark/bad.jsonl"
probe "a broken file ends its execution FAILED" eventually 300 ended "$mark-bad-" FAILED
for i in 1 2 3 4 5; do { cat "$file"; head -n "$i" "$file"; } > "$folder/storm.jsonl"; drop "$folder/storm.jsonl" "quote/$mark/storm.jsonl"; done
newest=$(aws s3api head-object --bucket "$drops" --key "quote/$mark/storm.jsonl" --query VersionId --output text)
newest_quoted() {
  aws dynamodb scan --table-name "$ledger" --filter-expression '#v = :v AND #s = :s' --expression-attribute-names '{"#v":"version","#s":"state"}' \
    --expression-attribute-values "{\":v\":{\"S\":\"$newest\"},\":s\":{\"S\":\"QUOTED\"}}" --query Count --output text | grep -qx 1
}
probe "of five versions of one key the newest ends QUOTED" eventually 900 newest_quoted
none_dead() { equals 0 "$(aws sqs get-queue-attributes --queue-url "$dead" --attribute-names ApproximateNumberOfMessages --query Attributes.ApproximateNumberOfMessages --output text)"; }
probe "no event lies in the dead letter queue" none_dead

# what runs by the clock
invoke() { aws lambda invoke --function-name "$(function_of "$1"):live" --payload '{}' --cli-binary-format raw-in-base64-out "$folder/answer.json" | jq -e 'has("FunctionError") | not' >/dev/null || { cat "$folder/answer.json"; return 1; }; }
for name in ReconcileDrops WatchJobs WatchRetirements RefreshPrices ScheduleRetrains; do
  probe "$name runs with its own role" invoke "$name"
done
asked() { # for a dataset that nobody has dropped
  aws events put-events --entries "$(jq -nc --arg bus "$stack" --arg request "$mark" --arg at "$(date -u +%FT%TZ)" \
    '[{EventBusName: $bus, Source: "tunedrop", DetailType: "RetrainRequested", Detail: ({at: $at, dataset: ("nobody-" + $request), cause: "PERSON", request: $request} | tojson)}]')" |
    jq -e '.FailedEntryCount == 0' >/dev/null
}
refused() { equals REFUSED "$(aws dynamodb get-item --table-name "$ledger" --key "{\"id\":{\"S\":\"request#$(printf %s "$mark" | sha256sum | cut -d' ' -f1)\"}}" --query Item.outcome.S --output text)"; }
answered() { asked && eventually 120 refused; }
probe "a request to train again goes from the bus to its function, which answers it" answered
prices_there() { aws s3 cp --only-show-errors "s3://$artefacts/catalogue/instances.json" - | jq -e --arg today "$(date -u +%F)" '[.rows[].asOf] | index($today) != null' >/dev/null; }
probe "today's prices lie in the catalogue" prices_there

# rights, as the account's own evaluation sees them
decided() { # decision, role, action, resource
  local role; role=$(aws iam get-role --role-name "$(resource AWS::IAM::Role "$2")" --query Role.Arn --output text) || return 1
  equals "$1" "$(aws iam simulate-principal-policy --policy-source-arn "$role" --action-names "$3" --resource-arns "$4" --query 'EvaluationResults[0].EvalDecision' --output text)"
}
secret=$(sed 's/:states:/:secretsmanager:/; s/:stateMachine:.*/:secret:tunedrop\/any/' <<<"$machine")
probe "the trainer's role is denied the services' keys explicitly" decided explicitDeny TrainingJobRole secretsmanager:GetSecretValue "$secret"
probe "the trainer's role may not read drops" decided implicitDeny TrainingJobRole s3:GetObject "arn:aws:s3:::$drops/any"

# who is told
told() { [ "$(aws sns get-topic-attributes --topic-arn "$topic" --query Attributes.SubscriptionsConfirmed --output text)" -gt 0 ]; }
probe "somebody has confirmed the subscription to the announcements" told

# a real training, which costs money
published() { [ "$(aws dynamodb get-item --table-name "$ledger" --key "{\"id\":{\"S\":\"run#$trained\"}}" --query Item.state.S --output text)" = PUBLISHED ]; }
if [ "$train" = true ]; then
  drop "$file" "$mark/train.jsonl"
  probe "a drop that trains starts one execution" eventually 60 one_execution "$mark-train-"
  trained=$(executions "$mark-train-" | jq -r '.[0].name // "none"')
  probe "it ends PUBLISHED within four hours" eventually 14400 published
  settled() { aws s3 cp --only-show-errors "s3://$artefacts/runs/$trained/settlement.json" - | jq -e '.actualUsd >= 0' >/dev/null; }
  probe "what it cost is written down" settled
fi

aws s3 rm --recursive --only-show-errors "s3://$drops/quote/$mark/" >/dev/null 2>&1
echo "$((count - failed)) of $count probes hold"
exit "$failed"
