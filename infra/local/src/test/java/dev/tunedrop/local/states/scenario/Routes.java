package dev.tunedrop.local.states.scenario;

import static dev.tunedrop.local.states.scenario.Answer.says;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.tunedrop.local.states.scenario.Answer.Refuses;
import dev.tunedrop.local.states.scenario.Answer.Silent;

/// The ways a drop can go while nothing breaks, written by hand: the answers that lead there and the states that must
/// be entered.
final class Routes {

    /// What each state's call answers where a scenario says nothing else.
    private static final List<Script> USUAL = List.of(
            on("PlanChunks", "{'chunks':[{'index':3,'start':7,'end':16}]}"),
            on("PrepareChunk", "{'index':0,'rows':3,'findings':0,'tokenizedRows':3}"),
            on("AssembleDataset", "{'verdict':'ACCEPTED','reason':'','rows':3}"),
            on("QuoteRoutes", "{'routes':4,'possible':2}"),
            on("ChooseRoute", chosen("TRAIN", "batch")),
            on("AnnounceQuote", "{'state':'QUOTED'}"),
            on("AwaitApproval", "{'approved':true}"),
            on("ReserveBudget", "{'amountUsd':'3.50'}"),
            on("TrainOnBatch", "{'Status':'SUCCEEDED'}"),
            on("SubmitToProvider", "{'status':'ACCEPTED','route':'openai/gpt','reason':'','pollSeconds':60}"),
            on("FollowProvider", "{'state':'SUCCEEDED','reason':''}"),
            on("CancelAtProvider", "{'state':'CANCELLED'}"),
            on("CollectFromProvider", "{'passed':true,'reason':''}"),
            on("EvaluateAdapter", "{'passed':true,'reason':''}"),
            on("PublishAdapter", "{'status':'PUBLISHED','waitingFor':''}"),
            on("PublishManaged", "{'status':'PUBLISHED','waitingFor':''}"),
            on("SettleBudget", "{'actualUsd':'3.10'}"),
            on("Announce", "{'state':'PUBLISHED'}"),
            on("RecordFailure", "{'state':'FAILED','reason':'why'}"));

    private static final Refuses NO_SPOT =
            new Refuses("States.TaskFailed", "{\"StatusReason\":\"tunedrop: no spot machine came in 20 minutes\"}");

    private static final String CHECKED = "Begin PlanChunks PrepareChunks PrepareChunk AssembleDataset DatasetVerdict ";
    private static final String QUOTED = CHECKED + "QuoteRoutes ChooseRoute RouteDecision ";
    private static final String TRAINED = QUOTED + "ReserveBudget Trainer TrainOnBatch EvaluateAdapter Gate ";
    private static final String ORDERED = QUOTED + "ReserveBudget Trainer SubmitToProvider ProviderAnswer ";
    private static final String PUBLISHED = "SettleBudget Announce Published";
    private static final String FAILED = "RecordFailure Failed";

    /// What the calls of one state come to.
    private record Script(String state, List<Answer> answers) {}

    private Routes() {}

    private static Script on(String state, String json) {
        return new Script(state, List.of(says(json)));
    }

    private static String chosen(String next, String provider) {
        return "{'next':'%s','reason':'no-route: none','attempts':5,'attemptSeconds':1800,'usdPerHour':'1.2','route':'%s/x','provider':'%s','onDemand':false}"
                .formatted(next, provider, provider);
    }

    private static Script managed() {
        return on("ChooseRoute", chosen("TRAIN", "openai"));
    }

    private static Scenario scenario(String name, String path, String error, Script... more) {
        Map<String, List<Answer>> answers = new HashMap<>();
        for (Script script : USUAL) answers.put(script.state(), script.answers());
        for (Script script : more) answers.put(script.state(), script.answers());
        return new Scenario(name, answers, List.of(path.split(" ")), error, Map.of());
    }

    /// First of each kind first: a fault is tried in the first route that goes through its state.
    static List<Scenario> all() {
        return List.of(
                scenario(
                        "our own trainer trains and the adapter is published",
                        TRAINED + "PublishAdapter Publication " + PUBLISHED,
                        ""),
                scenario(
                        "a managed service trains",
                        ORDERED + "FollowProvider ProviderState CollectFromProvider Gate PublishManaged Publication "
                                + PUBLISHED,
                        "",
                        managed()),
                scenario(
                        "the drop is a question for a quote",
                        QUOTED + "AnnounceQuote Quoted",
                        "",
                        on("ChooseRoute", chosen("QUOTED", "batch"))),
                scenario(
                        "a person approves",
                        QUOTED + "AwaitApproval " + TRAINED.substring(QUOTED.length()) + "PublishAdapter Publication "
                                + PUBLISHED,
                        "",
                        on("ChooseRoute", chosen("APPROVE", "batch"))),
                scenario(
                        "the data is refused",
                        CHECKED + "DatasetRejected " + FAILED,
                        "Tunedrop.DatasetRejected",
                        on("AssembleDataset", "{'verdict':'REJECTED','reason':'empty: no rows','rows':0}")),
                scenario(
                        "no route is possible",
                        QUOTED + "NoRoute " + FAILED,
                        "Tunedrop.NoRoute",
                        on("ChooseRoute", chosen("NO_ROUTE", ""))),
                scenario(
                        "the service is too slow",
                        ORDERED + "FollowProvider ProviderState ProviderTooLate CancelAtProvider " + FAILED,
                        "Tunedrop.ProviderTooLate",
                        managed(),
                        on("FollowProvider", "{'state':'LATE','reason':'late'}")),
                scenario(
                        "the service's job fails",
                        ORDERED + "FollowProvider ProviderState ProviderFailed " + FAILED,
                        "Tunedrop.ProviderFailed",
                        managed(),
                        on("FollowProvider", "{'state':'FAILED','reason':'bad file'}")),
                scenario(
                        "the service's job is cancelled over there",
                        ORDERED + "FollowProvider ProviderState ProviderFailed " + FAILED,
                        "Tunedrop.ProviderFailed",
                        managed(),
                        on("FollowProvider", "{'state':'CANCELLED','reason':''}")),
                scenario(
                        "the service's job goes on for a while",
                        ORDERED
                                + "FollowProvider ProviderState FollowProvider ProviderState CollectFromProvider Gate PublishManaged Publication "
                                + PUBLISHED,
                        "",
                        managed(),
                        new Script(
                                "FollowProvider",
                                List.of(
                                        says("{'state':'RUNNING','reason':''}"),
                                        says("{'state':'SUCCEEDED','reason':''}")))),
                scenario(
                        "no news comes and the job is looked at again",
                        ORDERED
                                + "FollowProvider FollowProvider ProviderState CollectFromProvider Gate PublishManaged Publication "
                                + PUBLISHED,
                        "",
                        managed(),
                        new Script("FollowProvider", List.of(new Silent(), says("{'state':'SUCCEEDED','reason':''}")))),
                scenario(
                        "the service refuses and our own trainer takes over",
                        ORDERED + "ChooseRoute RouteDecision " + TRAINED.substring(QUOTED.length())
                                + "PublishAdapter Publication " + PUBLISHED,
                        "",
                        new Script(
                                "ChooseRoute",
                                List.of(says(chosen("TRAIN", "openai")), says(chosen("TRAIN", "batch")))),
                        on(
                                "SubmitToProvider",
                                "{'status':'REFUSED','route':'openai/x','reason':'model: unknown','pollSeconds':60}")),
                scenario(
                        "our own adapter is no better than the base",
                        TRAINED + "GateNotPassed " + FAILED,
                        "Tunedrop.GateNotPassed",
                        on("EvaluateAdapter", "{'passed':false,'reason':'worse'}")),
                scenario(
                        "the service's model is no better than the base",
                        ORDERED + "FollowProvider ProviderState CollectFromProvider Gate GateNotPassed " + FAILED,
                        "Tunedrop.GateNotPassed",
                        managed(),
                        on("CollectFromProvider", "{'passed':false,'reason':'worse'}")),
                scenario(
                        "the endpoint takes a while",
                        TRAINED + "PublishAdapter Publication WaitForEndpoint PublishAgain PublishAdapter Publication "
                                + PUBLISHED,
                        "",
                        new Script(
                                "PublishAdapter",
                                List.of(
                                        says("{'status':'WAITING','waitingFor':'the endpoint'}"),
                                        says("{'status':'PUBLISHED','waitingFor':''}")))),
                scenario(
                        "the service takes a while to deploy its model",
                        ORDERED + "FollowProvider ProviderState CollectFromProvider Gate PublishManaged Publication "
                                + "WaitForEndpoint PublishAgain PublishManaged Publication " + PUBLISHED,
                        "",
                        managed(),
                        new Script(
                                "PublishManaged",
                                List.of(
                                        says("{'status':'WAITING','waitingFor':'the deployment'}"),
                                        says("{'status':'PUBLISHED','waitingFor':''}")))),
                scenario(
                        "the endpoint never comes up",
                        TRAINED + "PublishAdapter Publication WaitForEndpoint PublishAgain ".repeat(59)
                                + "PublishAdapter Publication EndpointNeverReady " + FAILED,
                        "Tunedrop.EndpointNeverReady",
                        on("PublishAdapter", "{'status':'WAITING','waitingFor':'the endpoint'}")),
                scenario(
                        "a person refuses",
                        QUOTED + "AwaitApproval " + FAILED,
                        "Tunedrop.NotApproved",
                        on("ChooseRoute", chosen("APPROVE", "batch")),
                        new Script("AwaitApproval", List.of(new Refuses("Tunedrop.NotApproved")))),
                scenario(
                        "the training job fails",
                        QUOTED + "ReserveBudget Trainer TrainOnBatch JobEnded " + FAILED,
                        "States.TaskFailed",
                        new Script("TrainOnBatch", List.of(new Refuses("States.TaskFailed")))),
                scenario(
                        "no spot machine comes and the job goes to the on-demand queue",
                        QUOTED + "ReserveBudget Trainer TrainOnBatch JobEnded NoSpotMachine ChooseRoute RouteDecision "
                                + TRAINED.substring(QUOTED.length()) + "PublishAdapter Publication " + PUBLISHED,
                        "",
                        new Script(
                                "ChooseRoute",
                                List.of(
                                        says(chosen("TRAIN", "batch")),
                                        says(chosen("TRAIN", "batch").replace("'onDemand':false", "'onDemand':true")))),
                        new Script("TrainOnBatch", List.of(NO_SPOT, says("{'Status':'SUCCEEDED'}")))),
                scenario(
                        "a job on demand that says the same is not moved again",
                        QUOTED + "ReserveBudget Trainer TrainOnBatch JobEnded NoSpotMachine ChooseRoute RouteDecision "
                                + "ReserveBudget Trainer TrainOnBatch JobEnded " + FAILED,
                        "States.TaskFailed",
                        new Script("TrainOnBatch", List.of(NO_SPOT))));
    }
}
