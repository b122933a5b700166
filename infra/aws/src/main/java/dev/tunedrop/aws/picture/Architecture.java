package dev.tunedrop.aws.picture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

/// What a template deploys, as far as data flows through it: boxes in columns, and who gives what to whom.
///
/// An arrow stands where the template says so: a rule's target, a queue's consumer, a substitution in the state
/// machine's text, a queue's machines, or a statement in a role that allows its holder to use the other one. Arrows run
/// from left to right, with a drop: that a step reads what was dropped, and that functions which start things keep
/// notes, is left out.
///
/// @param arrows each once, in the template's order
public record Architecture(List<Box> boxes, List<Arrow> arrows) {

    /// Columns from left to right.
    public enum Column {
        ARRIVES("arrives"),
        TAKEN_IN("is taken in"),
        STARTS("starts"),
        WORKFLOW("workflow"),
        DOES("does"),
        KEEPS("keeps"),
        TELLS("tells");

        private final String title;

        Column(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    /// @param lines below the title: what it is, or whom it stands for
    public record Box(String id, Column column, String title, List<String> lines) {
        public Box {
            lines = List.copyOf(lines);
        }
    }

    public record Arrow(String from, String to) {}

    public Architecture {
        boxes = List.copyOf(boxes);
        arrows = List.copyOf(arrows);
    }

    public static Architecture of(JsonNode template) {
        Reading reading = new Reading(template.path("Resources"));
        return new Architecture(reading.boxes(), reading.arrows());
    }

    /// One pass over a template's resources.
    private static final class Reading {

        /// Its construct and its own name, without the CDK's sum.
        private static final Pattern NAME = Pattern.compile("([A-Z][a-z]+)([A-Z].*)");

        private static final Set<String> GENERIC = Set.of("Table", "Topic", "Events", "Job");

        private final JsonNode resources;
        private final Map<String, Box> boxes = new LinkedHashMap<>();
        /// Logical name → the box that stands for it.
        private final Map<String, String> standsFor = new LinkedHashMap<>();
        private final Set<Arrow> arrows = new LinkedHashSet<>();

        Reading(JsonNode resources) {
            this.resources = resources;
            each("AWS::S3::Bucket", this::bucket);
            each("AWS::Events::Rule", this::rule);
            each("AWS::Lambda::EventSourceMapping", this::consumer);
            each(
                    "AWS::Lambda::Url",
                    (id, properties) -> own(properties.path("TargetFunctionArn"), "called from outside"));
            each("AWS::StepFunctions::StateMachine", this::machine);
            each("AWS::Lambda::Function", this::step);
            each("AWS::Batch::JobQueue", (id, properties) -> put(id, Column.DOES, "Batch queue"));
            each("AWS::Batch::ComputeEnvironment", this::machines);
            each(
                    "AWS::Batch::JobDefinition",
                    (id, properties) -> put(id, Column.DOES, "Training job, in the container"));
            each("AWS::DynamoDB::Table", (id, properties) -> put(id, Column.KEEPS, "DynamoDB table"));
            each("AWS::Events::EventBus", (id, properties) -> put(id, Column.KEEPS, "EventBridge bus"));
            each("AWS::SNS::Topic", this::topic);
            each("AWS::StepFunctions::StateMachine", this::calls);
            each("AWS::Batch::JobQueue", (id, properties) -> from(id, properties.path("ComputeEnvironmentOrder")));
            each("AWS::Events::Rule", (id, properties) -> {
                properties.path("Targets").forEach(target -> from(id, target.path("Arn")));
                to(id, properties.path("EventPattern"));
                to(id, properties.path("EventBusName"));
            });
            each("AWS::CloudWatch::Alarm", (id, properties) -> from(id, properties.path("AlarmActions")));
            each("AWS::Lambda::Function", (id, properties) -> role(id, properties.path("Role")));
            each(
                    "AWS::Batch::JobDefinition",
                    (id, properties) -> role(id, properties.at("/ContainerProperties/JobRoleArn")));
        }

        List<Box> boxes() {
            return List.copyOf(boxes.values());
        }

        List<Arrow> arrows() {
            return List.copyOf(arrows);
        }

        private void each(String type, BiConsumer<String, JsonNode> use) {
            resources.properties().forEach(resource -> {
                if (resource.getValue().path("Type").asText().equals(type))
                    use.accept(resource.getKey(), resource.getValue().path("Properties"));
            });
        }

        private void bucket(String id, JsonNode properties) {
            boolean announces = properties
                    .at("/NotificationConfiguration/EventBridgeConfiguration/EventBridgeEnabled")
                    .asBoolean();
            boolean logged = properties.has("LoggingConfiguration");
            if (logged) put(id, announces ? Column.ARRIVES : Column.KEEPS, "S3 bucket");
        }

        /// The one resource that people know by a name which we choose.
        private void machine(String id, JsonNode properties) {
            String name = properties.path("StateMachineName").asText(friendly(id));
            boxes.put(id, new Box(id, Column.WORKFLOW, "State machine", List.of(name)));
            standsFor.put(id, id);
        }

        private void rule(String id, JsonNode properties) {
            JsonNode target = properties.path("Targets").path(0).path("Arn");
            String schedule = properties.path("ScheduleExpression").asText();
            if (!schedule.isEmpty()) {
                own(target, "Lambda, " + schedule.replaceAll("rate\\((?:1 )?(.*)\\)", "every $1"));
                return;
            }
            boolean intoQueue = references(target).stream().anyMatch(each -> is(each, "AWS::SQS::Queue"));
            boxes.put(
                    id,
                    new Box(
                            id,
                            intoQueue ? Column.TAKEN_IN : Column.TELLS,
                            "EventBridge rule",
                            ruleLines(properties, intoQueue)));
            standsFor.put(id, id);
        }

        /// What it lets through; and, where no bucket's arrow says so, from which bus.
        private List<String> ruleLines(JsonNode properties, boolean intoQueue) {
            List<String> lines = new ArrayList<>(List.of(events(properties.at("/EventPattern/detail-type"))));
            if (intoQueue)
                references(properties.path("EventBusName")).forEach(bus -> lines.add("from the " + friendly(bus)));
            return lines;
        }

        private static String events(JsonNode types) {
            JsonNode but = types.path(0).path("anything-but");
            return but.isMissingNode()
                    ? String.join(", ", strings(types))
                    : "all but " + String.join(", ", strings(but));
        }

        private void consumer(String id, JsonNode properties) {
            for (String queue : references(properties.path("EventSourceArn"))) {
                put(queue, Column.TAKEN_IN, "SQS queue with dead letters");
                own(properties.path("FunctionName"), "Lambda");
                references(properties.path("FunctionName")).forEach(function -> arrow(queue, functionOf(function)));
            }
        }

        /// A function that something but the workflow calls has a box of its own.
        private void own(JsonNode target, String what) {
            references(target).stream()
                    .map(this::functionOf)
                    .filter(function -> is(function, "AWS::Lambda::Function"))
                    .forEach(function -> put(function, Column.STARTS, what));
        }

        private void step(String id, JsonNode properties) {
            if (standsFor.containsKey(id)) return;
            Box before = boxes.getOrDefault("steps", new Box("steps", Column.DOES, "Steps, a Lambda each", List.of()));
            List<String> lines = new ArrayList<>(before.lines());
            lines.add(friendly(id));
            boxes.put("steps", new Box("steps", Column.DOES, before.title(), lines));
            standsFor.put(id, "steps");
        }

        private void machines(String id, JsonNode properties) {
            boolean spot = properties.at("/ComputeResources/Type").asText().equals("SPOT");
            String types = String.join(", ", strings(properties.at("/ComputeResources/InstanceTypes")));
            put(id, Column.KEEPS, spot ? "GPU machines, spot" : "GPU machines, on demand");
            Box box = boxes.get(id);
            if (box != null) boxes.put(id, new Box(id, box.column(), box.title(), List.of(types)));
        }

        private void topic(String id, JsonNode properties) {
            put(id, Column.TELLS, "SNS topic");
            List<String> alarms = new ArrayList<>();
            each("AWS::CloudWatch::Alarm", (alarm, told) -> {
                if (references(told.path("AlarmActions")).contains(id)) alarms.add(alarm);
            });
            boxes.put(id, new Box(id, Column.TELLS, "SNS topic", List.of(friendly(id), alarms.size() + " alarms")));
        }

        private void calls(String id, JsonNode properties) {
            from(id, properties.path("DefinitionSubstitutions"));
        }

        private void put(String id, Column column, String title) {
            boxes.putIfAbsent(id, new Box(id, column, title, List.of(friendly(id))));
            standsFor.putIfAbsent(id, id);
        }

        private void from(String id, JsonNode targets) {
            references(targets).forEach(target -> arrow(id, functionOf(target)));
        }

        private void to(String id, JsonNode sources) {
            references(sources).forEach(source -> arrow(source, id));
        }

        /// What a role's statements allow its holder to use.
        private void role(String holder, JsonNode arn) {
            for (String role : references(arn))
                for (JsonNode policy : resources.path(role).path("Properties").path("Policies"))
                    for (JsonNode statement : policy.path("PolicyDocument").path("Statement"))
                        if (statement.path("Effect").asText().equals("Allow")) {
                            from(holder, statement.path("Resource"));
                            if (statement.path("Action").toString().contains("states:"))
                                each(
                                        "AWS::StepFunctions::StateMachine",
                                        (machine, properties) -> arrow(holder, machine));
                        }
        }

        private void arrow(String from, String to) {
            Optional<String> start = Optional.ofNullable(standsFor.get(from));
            Optional<String> end = Optional.ofNullable(standsFor.get(to));
            if (start.isEmpty() || end.isEmpty() || start.equals(end)) return;
            Column left = column(start.get());
            Column right = column(end.get());
            boolean note = left == Column.STARTS && right.compareTo(Column.DOES) > 0;
            if (right.compareTo(left) >= 0 && !note) arrows.add(new Arrow(start.get(), end.get()));
        }

        private Column column(String box) {
            return Objects.requireNonNull(boxes.get(box), box).column();
        }

        /// A function behind its alias or version; anything else is itself.
        private String functionOf(String id) {
            if (is(id, "AWS::Lambda::Alias") || is(id, "AWS::Lambda::Version"))
                return references(resources.path(id).path("Properties").path("FunctionName")).stream()
                        .findFirst()
                        .orElse(id);
            return id;
        }

        private boolean is(String id, String type) {
            return resources.path(id).path("Type").asText().equals(type);
        }

        private static List<String> strings(JsonNode list) {
            List<String> all = new ArrayList<>();
            list.forEach(item -> all.add(item.asText()));
            return all;
        }

        /// The logical names that an expression refers to.
        private static Set<String> references(JsonNode node) {
            Set<String> found = new LinkedHashSet<>();
            if (node.path("Ref").isTextual()) found.add(node.path("Ref").asText());
            JsonNode attribute = node.path("Fn::GetAtt");
            if (attribute.isArray()) found.add(attribute.path(0).asText());
            else if (attribute.isTextual()) found.add(attribute.asText().split("\\.", 2)[0]);
            node.forEach(child -> found.addAll(references(child)));
            return found;
        }

        /// `StorageBases1F2E3D4C` reads `Bases`, and `LedgerTable…` reads `Ledger`.
        private static String friendly(String id) {
            String name = id.replaceFirst("[0-9A-F]{8}$", "");
            Matcher parts = NAME.matcher(name);
            if (!parts.matches()) return name;
            return GENERIC.contains(parts.group(2)) ? parts.group(1) : parts.group(2);
        }
    }
}
