package dev.tunedrop.aws;

import java.util.Map;

import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

import dev.tunedrop.aws.access.Access;
import dev.tunedrop.aws.data.Ledger;
import dev.tunedrop.aws.data.Storage;
import dev.tunedrop.aws.flow.EventBusOfOurs;
import dev.tunedrop.aws.flow.EventQueue;
import dev.tunedrop.aws.flow.Functions;
import dev.tunedrop.aws.flow.Machine;
import dev.tunedrop.aws.flow.Schedules;
import dev.tunedrop.aws.train.Customisation;
import dev.tunedrop.aws.train.EndpointRole;
import dev.tunedrop.aws.train.Fleet;
import dev.tunedrop.aws.train.Images;
import dev.tunedrop.aws.train.Network;
import dev.tunedrop.aws.train.TrainingJob;
import dev.tunedrop.aws.watch.Alarms;
import dev.tunedrop.aws.watch.Announcements;
import dev.tunedrop.aws.watch.Board;
import dev.tunedrop.aws.watch.Queries;
import dev.tunedrop.aws.watch.Spending;
import dev.tunedrop.aws.watch.Watched;

/// Everything that is deployed, in the order of a drop's way.
public final class TunedropStack extends Stack {

    public TunedropStack(Construct scope, Settings settings) {
        super(scope, settings.name(), properties(settings));
        Parameters chosen = Parameters.in(this);

        Storage storage = new Storage(this, settings);
        Ledger ledger = new Ledger(this, settings, storage.key());
        EventBusOfOurs bus = new EventBusOfOurs(this, settings);

        Images images = new Images(this, settings, storage.key(), chosen);
        Network network = new Network(this, settings, storage);
        Fleet fleet = new Fleet(this, settings, network, chosen);
        TrainingJob job = new TrainingJob(this, settings, storage, images);
        EndpointRole endpoint = new EndpointRole(this, storage, images);

        Customisation customisation = new Customisation(this, settings, storage);

        Access access =
                new Access(this, settings, storage, ledger.table(), bus.bus(), endpoint.role(), customisation.role());
        Functions functions =
                new Functions(this, settings, chosen, access, endpoint, images, names(storage, ledger, customisation));
        Machine machine = new Machine(this, settings, functions, fleet, job);
        EventQueue drops = EventQueue.ofDrops(this, storage.drops().getBucketName(), functions);
        EventQueue retrains = EventQueue.ofRetrains(this, bus, functions);

        new Schedules(this, functions, bus);

        Announcements topic = new Announcements(this, settings, storage.key(), bus, fleet, chosen);
        Watched watched = new Watched(settings, functions, machine, drops, retrains, ledger, job, topic);
        Alarms alarms = new Alarms(this, watched);
        new Board(this, watched, alarms);
        new Queries(this, watched);
        new Spending(this, settings, topic, chosen);

        output("Drops", storage.drops().getBucketName(), "Drop DATASET/FILE.jsonl here.");
        output("Artefacts", storage.artefacts().getBucketName(), "What runs leave behind: runs/RUN/.");
        output("Bases", storage.bases().getBucketName(), "Base models in the Hugging Face layout: BASE/config.json.");
        output("Runs", machine.arn(), "The state machine; an execution has the name of its run.");
        output("TrainerImage", images.trainer().getRepositoryUri(), "Where the trainer's image goes.");
        output("EndpointImage", images.endpoint().getRepositoryUri(), "Where the endpoint's image goes.");
        Suppressions.apply(this);
    }

    private void output(String name, String value, String description) {
        CfnOutput.Builder.create(this, name + "Output")
                .value(value)
                .description(description)
                .build()
                .overrideLogicalId(name);
    }

    private static StackProps properties(Settings settings) {
        return StackProps.builder()
                .stackName(settings.name())
                .description("Tunedrop: drop a JSONL file in a bucket, get a fine-tuned model behind an endpoint.")
                .env(Environment.builder()
                        .account(settings.account())
                        .region(settings.region())
                        .build())
                .tags(Map.of("tunedrop", settings.name()))
                .analyticsReporting(false)
                .suppressTemplateIndentation(true)
                .build();
    }

    /// What every function is told of, by the names that the local cloud uses too.
    private static Map<String, String> names(Storage storage, Ledger ledger, Customisation customisation) {
        return Map.of(
                "TUNEDROP_DROPS", storage.drops().getBucketName(),
                "TUNEDROP_ARTEFACTS", storage.artefacts().getBucketName(),
                "TUNEDROP_BASES", storage.bases().getBucketName(),
                "TUNEDROP_LEDGER", ledger.table().getRef(),
                "TUNEDROP_BEDROCK_ROLE", customisation.role().getRoleArn(),
                "TUNEDROP_SAGEMAKER_ROLE", customisation.role().getRoleArn(),
                "TUNEDROP_SAGEMAKER_GROUP", customisation.groupArn());
    }
}
