package dev.tunedrop.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.SettingsFile;

class WallsTest {

    @Test
    void moneyIsTimeAtTheMachinesRate() {
        StopSignals stop = walls("{\"wallUsd\": 0.5}", "2.5");
        assertThat(stop.now(719.9)).isEmpty();
        assertThat(stop.now(720)).contains(Ending.STOPPED_AT_WALL);
        assertThat(stop.wallSentence()).isEqualTo("after 720 s, which is 0.5 USD at 2.5 USD an hour");
    }

    @Test
    void ofTwoWallsTheFirstCounts() {
        assertThat(walls("{\"wallUsd\": 0.5, \"maxSeconds\": 60}", "2.5").wallSentence())
                .isEqualTo("after 60 s");
        assertThat(walls("{\"wallUsd\": 0.5, \"maxSeconds\": 3600}", "2.5").now(720))
                .contains(Ending.STOPPED_AT_WALL);
    }

    @Test
    void aMachineThatCostsNothingHasNoWallOfMoney() {
        assertThat(walls("{\"wallUsd\": 0.5}", "0").now(1e9)).isEmpty();
    }

    @Test
    void aWallOfMoneyWithoutARateIsRefused() {
        assertThatThrownBy(() -> Walls.set(new StopSignals(), settings("{\"wallUsd\": 0.5}"), null))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("wallUsd is 0.5")
                .hasMessageContaining("Set TUNEDROP_USD_PER_HOUR");
        assertThatThrownBy(() -> Walls.rate("cheap")).hasMessageContaining("is \"cheap\"");
    }

    private static StopSignals walls(String json, String rate) {
        StopSignals stop = new StopSignals();
        Walls.set(stop, settings(json), new BigDecimal(rate));
        return stop;
    }

    private static RunSettings settings(String json) {
        return SettingsFile.read(json.getBytes(StandardCharsets.UTF_8), "test");
    }
}
