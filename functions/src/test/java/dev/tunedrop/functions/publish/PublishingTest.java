package dev.tunedrop.functions.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.run.Accuracy;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.Evaluation;
import dev.tunedrop.events.run.HeldOutLosses;
import dev.tunedrop.events.run.SettingsFile;

class PublishingTest {

    private static Evaluation gate(
            @Nullable Double base, @Nullable Double adapter, @Nullable Double live, double share) {
        return Gate.decide("run", new HeldOutLosses(1000, base, adapter, live), share);
    }

    @Test
    void theGateAsksForTheImprovementTheSettingsName() {
        assertThat(gate(2.0, 1.0, null, 0.5).passed()).isTrue();
        assertThat(gate(2.0, 1.01, null, 0.5).passed()).isFalse();
        assertThat(gate(2.0, 2.0, null, 0.0).passed()).isTrue();
        assertThat(gate(2.0, 2.1, null, -0.1).passed()).isTrue();
    }

    @Test
    void aLossThatIsNoNumberNeverPasses() {
        assertThat(gate(2.0, Double.NaN, null, 0).passed()).isFalse();
        assertThat(gate(2.0, null, null, 0).passed()).isFalse();
        assertThat(gate(Double.POSITIVE_INFINITY, 1.0, null, 0).passed()).isFalse();
    }

    @Test
    void anAdapterClearlyWorseThanTheLiveOneDoesNotReplaceIt() {
        assertThat(gate(3.0, 1.0, 1.0, 0).passed()).isTrue();
        assertThat(gate(3.0, 1.019, 1.0, 0).passed()).isTrue();
        assertThat(gate(3.0, 1.03, 1.0, 0).reason()).startsWith("not-better-than-live:");
    }

    @Test
    void aHandfulOfHeldOutTokensJudgesNothingButAModelThatBrokeIsStillRefused() {
        Evaluation few = Gate.decide("run", new HeldOutLosses(6, 7.80, 7.81, null), 0);
        assertThat(few.passed()).isTrue();
        assertThat(few.reason()).contains("only 6 tokens were held out");
        assertThat(Gate.decide("run", new HeldOutLosses(6, 7.80, Double.NaN, null), 0)
                        .passed())
                .isFalse();
        assertThat(Gate.decide("run", new HeldOutLosses(Gate.FEWEST_TOKENS, 7.80, 7.81, null), 0)
                        .passed())
                .isFalse();
    }

    @Test
    void aClassifierIsJudgedByItsRowsAndItsReasonTellsHowManyAreRight() {
        Accuracy accuracy = new Accuracy(3, 0.875, 0.75);
        Evaluation judged = Gate.decide("run", new HeldOutLosses(24, 1.1, 0.4, null, null, accuracy), 0);
        assertThat(judged.passed()).isTrue();
        assertThat(judged.reason()).contains("87.50 % of 24 rows right, macro F1 0.7500 over 3 labels");
        assertThat(Gate.decide("run", new HeldOutLosses(24, 1.1, 1.2, null, null, accuracy), 0)
                        .passed())
                .isFalse();
        assertThat(Gate.decide("run", new HeldOutLosses(19, 1.1, 1.2, null, null, accuracy), 0)
                        .reason())
                .startsWith("only 19 rows were held out");
    }

    @Test
    void withNothingHeldOutThereIsNothingToCompare() {
        assertThat(Gate.decide("run", new HeldOutLosses(0, null, null, null), 0.1)
                        .passed())
                .isTrue();
    }

    @Test
    void namesFitSageMakersPattern() {
        String pattern = "[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?";
        DropRef drop = new DropRef(
                "b", "Ünïcode & spaces – and a very long name that goes on and on and on and on/x.jsonl", "1", 1);
        assertThat(Names.component(drop.runId()))
                .matches(pattern)
                .endsWith(drop.identity().substring(0, 32));
        assertThat(Names.endpoint(drop, SettingsFile.defaults())).matches(pattern);
        assertThat(Names.endpoint(new DropRef("b", "日本/x.jsonl", "1", 1), SettingsFile.defaults()))
                .matches(pattern);
    }

    @Test
    void theArchiveIsAGzippedTarWithTheFilesAtItsRoot(@TempDir Path folder) throws IOException {
        Path config = Files.writeString(folder.resolve("adapter_config.json"), "{}");
        Path weights = Files.write(folder.resolve("adapter_model.safetensors"), new byte[1000]);
        Path archive = folder.resolve("a.tar.gz");
        AdapterArchive.write(archive, List.of(config, weights));
        byte[] tar;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(archive))) {
            tar = in.readAllBytes();
        }
        assertThat(tar).hasSize(512 + 512 + 512 + 1024 + 1024);
        assertThat(new String(tar, 0, 19, StandardCharsets.US_ASCII)).isEqualTo("adapter_config.json");
        assertThat(new String(tar, 512, 2, StandardCharsets.US_ASCII)).isEqualTo("{}");
        assertThat(new String(tar, 1024, 25, StandardCharsets.US_ASCII)).isEqualTo("adapter_model.safetensors");
        assertThat(new String(tar, 1024 + 124, 11, StandardCharsets.US_ASCII)).isEqualTo("00000001750");
        assertThat(new String(tar, 257, 5, StandardCharsets.US_ASCII)).isEqualTo("ustar");
    }
}
