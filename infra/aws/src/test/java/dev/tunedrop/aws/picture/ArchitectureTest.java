package dev.tunedrop.aws.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.tunedrop.aws.Synthesis;
import dev.tunedrop.aws.picture.Architecture.Arrow;
import dev.tunedrop.aws.picture.Architecture.Box;
import dev.tunedrop.aws.picture.Architecture.Column;

/// The picture says what the template says.
class ArchitectureTest {

    private static final Path PICTURE =
            Path.of(System.getProperty("tunedrop.root", "../..")).resolve("infra/aws/architecture.svg");

    @SuppressWarnings("NullAway.Init")
    private static Architecture architecture;

    @BeforeAll
    static void read() {
        architecture = Architecture.of(Synthesis.template().root());
    }

    private static Box box(Column column, String line) {
        List<Box> found = architecture.boxes().stream()
                .filter(box -> box.column() == column && box.lines().contains(line))
                .toList();
        assertThat(found).as(column + " " + line).hasSize(1);
        return found.getFirst();
    }

    private static void assertArrow(Box from, Box to) {
        assertThat(architecture.arrows()).contains(new Arrow(from.id(), to.id()));
    }

    @Test
    void theWayOfADropLeadsFromTheBucketThroughTheWorkflowToTheMachinesAndTheTopic() {
        Box drops = box(Column.ARRIVES, "Drops");
        Box rule = box(Column.TAKEN_IN, "Object Created");
        Box queue = box(Column.TAKEN_IN, "Drops");
        Box intake = box(Column.STARTS, "Intake");
        Box machine = box(Column.WORKFLOW, "tunedrop");
        Box steps = box(Column.DOES, "PlanChunks");
        Box spot = box(Column.DOES, "SpotQueue");
        assertArrow(drops, rule);
        assertArrow(rule, queue);
        assertArrow(queue, intake);
        assertArrow(intake, machine);
        Box asked = box(Column.TAKEN_IN, "RetrainRequested");
        assertThat(asked.lines()).contains("from the Bus");
        assertArrow(asked, box(Column.TAKEN_IN, "Retrains"));
        assertArrow(box(Column.TAKEN_IN, "Retrains"), box(Column.STARTS, "Retrain"));
        assertArrow(box(Column.STARTS, "Retrain"), machine);
        assertArrow(machine, steps);
        assertArrow(machine, spot);
        assertArrow(steps, box(Column.KEEPS, "Ledger"));
        assertArrow(box(Column.TELLS, "RunFailed"), box(Column.TELLS, "Announcements"));
        assertThat(architecture.arrows())
                .anySatisfy(arrow -> assertThat(arrow.from()).isEqualTo(spot.id()));
    }

    @Test
    void everyFunctionOfTheTemplateIsInThePictureOnce() {
        List<String> named = architecture.boxes().stream()
                .filter(box -> box.column() == Column.STARTS || box.id().equals("steps"))
                .flatMap(box -> box.lines().stream())
                .toList();
        assertThat(named)
                .doesNotHaveDuplicates()
                .hasSize(Synthesis.template().all("AWS::Lambda::Function").size());
    }

    @Test
    void theCommittedPictureIsWhatTheTemplateDraws() throws IOException {
        assertThat(Files.readString(PICTURE))
                .as("out of date; run ./tunedrop picture")
                .isEqualTo(Drawing.svg(architecture));
    }
}
