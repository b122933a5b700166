package dev.tunedrop.events.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropRefTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "support/triage.jsonl",
                "../../etc/passwd",
                "a+b c%20d.jsonl",
                "ünïcode/データ.jsonl",
                "quote/x/y.jsonl",
                "no-folder.jsonl",
                "////",
                "a/very-very-very-very-very-very-very-very-very-very-very-very-long-name-indeed/x.jsonl"
            })
    void anyKeyGivesANameThatStepFunctionsTakes(String key) {
        assertThat(new DropRef("drops", key, "v1", 1).runId())
                .matches("[a-z0-9-]{1,80}")
                .doesNotStartWith("-");
    }

    @Test
    void aNewVersionOfAKeyIsNewWorkAndARepeatedEventIsNot() {
        DropRef first = new DropRef("drops", "support/a.jsonl", "v1", 10);
        assertThat(new DropRef("drops", "support/a.jsonl", "v1", 10).runId()).isEqualTo(first.runId());
        assertThat(new DropRef("drops", "support/a.jsonl", "v2", 10).runId()).isNotEqualTo(first.runId());
    }

    @Test
    void aRunThatIsAskedForHasANameOfItsOwnWhichTheRequestDecides() {
        DropRef drop = new DropRef("drops", "support/a.jsonl", "v1", 10);
        assertThat(drop.runIdFor("monday")).isEqualTo(drop.runIdFor("monday")).matches("support-a-[a-z0-9]{32}");
        assertThat(drop.runIdFor("tuesday")).isNotEqualTo(drop.runIdFor("monday"));
        assertThat(drop.runIdFor("monday")).isNotEqualTo(drop.runId());
    }

    @Test
    void theFirstFolderIsTheDatasetAndQuoteAsksForADryRun() {
        DropRef dry = new DropRef("drops", "quote/support/a.jsonl", "v1", 10);
        assertThat(dry.dataset()).isEqualTo("support");
        assertThat(dry.dryRun()).isTrue();
        assertThat(new DropRef("drops", "support/a.jsonl", "v1", 10).dryRun()).isFalse();
    }
}
