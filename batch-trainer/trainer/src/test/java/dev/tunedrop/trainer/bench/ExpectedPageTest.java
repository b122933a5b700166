package dev.tunedrop.trainer.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.trainer.model.Keep;
import dev.tunedrop.trainer.weights.ModelConfig;

class ExpectedPageTest {

    private static final Path PAGE = Path.of("..", "benchmarks", "README.md");

    @Test
    void thePageHasWhatTheShapesGive() throws IOException {
        String page = Files.readString(PAGE);
        for (String table : ExpectedPage.text().split("\n\n")) assertThat(page).contains(table.strip());
    }

    /// By hand, for a layer of 8B: q and output 16.8 million weights each, k and v 4.2, gate, up and down 58.7.
    @ParameterizedTest
    @CsvSource({
        "INPUT, 40.22e9, 2.147e9",
        "ATTENTION, 39.15e9, 1.074e9",
        "PRODUCTS, 30.02e9, 1.074e9",
        "ALL, 30.02e9, 1.074e9"
    })
    void whatIsKeptIsLeftOutOfTheWork(Keep keep, double products, double attention) {
        ModelConfig model = Workload.shape("llama-3.1-8b");
        PassWork work = PassWork.of(model, Workload.RANK, 4096, Map.of(keep, model.layers()));
        assertThat(work.products()).isCloseTo(products, within(0.01e9));
        assertThat(work.attention()).isCloseTo(attention, within(0.001e9));
        assertThat(work.attentionBackward()).isCloseTo(2.684e9, within(0.001e9));
        assertThat(work.adapter()).isBetween(0.25e9, 0.37e9);
    }

    /// Layers count each for themselves.
    @Test
    void aMixtureIsWorkBetweenItsLayers() {
        ModelConfig model = Workload.shape("llama-3.1-8b");
        double some = work(model, Map.of(Keep.INPUT, 8, Keep.ALL, 24));
        double none = work(model, Map.of(Keep.ALL, 32));
        double every = work(model, Map.of(Keep.INPUT, 32));
        assertThat(some - none).isCloseTo((every - none) / 4, within(1e6));
    }

    /// Doing everything again but the down projection comes below the limit that does that again too.
    @Test
    void theWorkStaysWithinTheLimits() {
        ModelConfig model = Workload.shape("llama-3.1-70b");
        assertThat(work(model, Map.of(Keep.INPUT, 80)))
                .isBetween(
                        0.85 * Limit.flopsPerToken(model, Workload.RANK, 4096, true),
                        Limit.flopsPerToken(model, Workload.RANK, 4096, true));
        assertThat(work(model, Map.of(Keep.ALL, 80)))
                .isCloseTo(
                        Limit.flopsPerToken(model, Workload.RANK, 4096, false),
                        within(0.005 * Limit.flopsPerToken(model, Workload.RANK, 4096, false)));
    }

    private static double work(ModelConfig model, Map<Keep, Integer> layers) {
        return PassWork.of(model, Workload.RANK, 4096, layers).flops();
    }
}
