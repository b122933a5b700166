package dev.tunedrop.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.cloud.RunRecord;

class DropperTest {

    @TempDir
    private Path folder;

    private final MemoryCloud cloud = new MemoryCloud();
    private final Dropper dropper = new Dropper(cloud.drops, cloud.ledger);

    @BeforeEach
    void write() throws IOException {
        Files.writeString(file(), "{}\n");
    }

    @Test
    void settingsAreThereBeforeTheFile() throws IOException {
        Path settings = Files.writeString(folder.resolve("tune.json"), "{\"epochs\": 2}");
        dropper.drop(new Dropper.Request(file(), "orders", settings, false));
        assertThat(cloud.drops.list("")).containsExactly("orders/rows.jsonl", "orders/tune.json");
    }

    @Test
    void settingsThatAreRefusedStopTheDrop() throws IOException {
        Path settings = Files.writeString(folder.resolve("tune.json"), "{\"epoch\": 2}");
        assertThatThrownBy(() -> dropper.drop(new Dropper.Request(file(), "orders", settings, false)))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("did you mean \"epochs\"");
        assertThat(cloud.drops.list("")).isEmpty();
    }

    @Test
    void aDryRunGoesUnderQuote() throws IOException {
        Dropper.Dropped dropped = dropper.drop(new Dropper.Request(file(), "orders", null, true));
        assertThat(dropped.drop().key()).isEqualTo("quote/orders/rows.jsonl");
        assertThat(dropped.drop().dryRun()).isTrue();
    }

    @Test
    void theSameBytesTellOfTheirEarlierRunAndGoUnderAnotherNameWhenAskedAgain() throws IOException {
        Dropper.Request request = new Dropper.Request(file(), "orders", null, false);
        Dropper.Dropped first = dropper.drop(request);
        assertThat(first.earlier()).isEmpty();
        cloud.ledger.begin(RunRecord.begun(first.drop(), "", Instant.EPOCH));
        cloud.ledger.end(first.runId(), RunState.PUBLISHED, null, Instant.EPOCH);

        Dropper.Dropped second = dropper.drop(request);
        assertThat(second.earlier()).map(RunRecord::state).contains(RunState.PUBLISHED);
        assertThat(second.runId()).isEqualTo(first.runId());

        Dropper.Dropped again = dropper.dropAgain(request);
        assertThat(again.drop().key()).isEqualTo("orders/rows-2.jsonl");
        assertThat(again.runId()).isNotEqualTo(first.runId());
    }

    @Test
    void aRunThatTheDropItselfBeganIsNoEarlierOne() throws IOException {
        Dropper.Request request = new Dropper.Request(file(), "orders", null, false);
        Dropper.Dropped first = dropper.drop(request);
        cloud.ledger.begin(RunRecord.begun(first.drop(), "", Instant.now().plusSeconds(60)));
        assertThat(dropper.drop(request).earlier()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"quote", "", "a/b", "-x", "with space", "../up"})
    void aDatasetNameThatCannotBeAnEndpointIsRefused(String name) {
        assertThatThrownBy(() -> new Dropper.Request(file(), name, null, false))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("--dataset");
    }

    @Test
    void aMissingFileAndAFolderAreRefused() {
        assertThatThrownBy(() -> new Dropper.Request(folder.resolve("none.jsonl"), "orders", null, false))
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> new Dropper.Request(folder, "orders", null, false))
                .hasMessageContaining("is a folder");
    }

    @Test
    void aTuneFileBesideTheDataIsTakenByItself() throws IOException {
        assertThat(DropCommand.settingsFor(file(), null)).isNull();
        Path beside = Files.writeString(folder.resolve("tune.json"), "{}");
        assertThat(DropCommand.settingsFor(file(), null)).isEqualTo(beside);
        assertThat(DropCommand.settingsFor(file(), folder.resolve("other.json")))
                .isEqualTo(folder.resolve("other.json"));
    }

    private Path file() {
        return folder.resolve("rows.jsonl");
    }
}
