package dev.tunedrop.events.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.time.Period;
import java.util.Map;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

class SettingsFileTest {

    private static RunSettings read(String json) {
        return SettingsFile.read(json.getBytes(StandardCharsets.UTF_8), "tune.json");
    }

    @Test
    void anEmptyFileMeansTheDefaults() {
        assertThat(read("{}")).isEqualTo(SettingsFile.defaults());
        assertThat(SettingsFile.defaults().maxSteps()).isNull();
    }

    @Test
    void whatTheFileSaysReplacesTheDefault() {
        RunSettings settings = read("{\"method\": \"lora\", \"targets\": \"q_proj\", \"maxSteps\": 5}");
        assertThat(settings.method()).isEqualTo(RunSettings.Method.LORA);
        assertThat(settings.targets()).containsExactly("q_proj");
        assertThat(settings.maxSteps()).isEqualTo(5);
        assertThat(settings.rank()).isEqualTo(SettingsFile.defaults().rank());
    }

    @Test
    void frozenSettingsReadBackAsThemselves() {
        RunSettings settings = read("{\"maxSeconds\": 60, \"compute\": \"fp32\", \"rslora\": true}");
        assertThat(read(Json.write(settings))).isEqualTo(settings);
    }

    @Test
    void settingsThatAnOlderVersionFrozeHaveTheDefaultsOfWhatCameLater() {
        RunSettings settings = read("{\"rank\": 4, \"memory\": {\"optimizer\": \"adamw-8bit\"}}");
        ObjectNode older = Json.mapper().valueToTree(settings);
        older.remove("retrain");
        older.withObjectProperty("memory").remove("offloadActivations");
        assertThat(Json.convert(older, RunSettings.class, "settings.json")).isEqualTo(settings);
        older.putNull("plan");
        assertThatExceptionOfType(InvalidDocument.class)
                .isThrownBy(() -> Json.convert(older, RunSettings.class, "settings.json"))
                .withMessageContaining("plan is required and must not be null");
    }

    @Test
    void aMessageEndsInOneStopWhateverItAsks() {
        assertThat(new InvalidDocument("did you mean \"epochs\"?").sentence()).isEqualTo("did you mean \"epochs\"?");
        assertThat(new InvalidDocument("is empty").sentence()).isEqualTo("is empty.");
    }

    @Test
    void aGroupIsOverlaidFieldByField() {
        RunSettings settings = read("{\"memory\": {\"optimizer\": \"adamw-8bit\"}, \"dpo\": {\"beta\": 0.3}}");
        assertThat(settings.memory().optimizer()).isEqualTo(MemorySettings.Optimizer.ADAMW_8BIT);
        assertThat(settings.memory().microBatchTokens()).isNull();
        assertThat(settings.dpo()).isEqualTo(new RunSettings.Dpo(0.3, 0));
        assertThat(read(Json.write(settings))).isEqualTo(settings);
    }

    @Test
    void aRhythmIsANumberOfDays() {
        assertThat(read("{}").retrain()).isEqualTo(new RetrainSettings(null, false, null, null));
        assertThat(read("{\"retrain\": {\"every\": \"30 days\"}}").retrain().rhythm())
                .isEqualTo(Period.ofDays(30));
        assertThat(read("{\"retrain\": {\"every\": \"1 day\"}}").retrain().rhythm())
                .isEqualTo(Period.ofDays(1));
        assertThat(read("{\"retrain\": {\"always\": true}}").retrain().rhythm()).isNull();
    }

    @Test
    void frozenSettingsAreChangedByNameAndOtherwiseKept() {
        RunSettings settings = read("{\"rank\": 4}");
        RunSettings changed = SettingsFile.with(settings, Map.of("base", "other", "endpoint", "e"), "a request");
        assertThat(changed.base()).isEqualTo("other");
        assertThat(changed.endpoint()).isEqualTo("e");
        assertThat(SettingsFile.with(changed, Map.of("base", settings.base()), "x")
                        .rank())
                .isEqualTo(4);
        assertThatExceptionOfType(InvalidDocument.class)
                .isThrownBy(() -> SettingsFile.with(settings, Map.of("base", " "), "a request"))
                .withMessageContaining("a request: ")
                .withMessageContaining("base is blank");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"learning_rate\": 1} | unknown setting \"learning_rate\"; did you mean \"learningRate\"?",
                "{\"epoch\": 1} | did you mean \"epochs\"?",
                "{\"memory\": {\"optimiser\": 1}} | unknown setting \"memory.optimiser\"; did you mean \"memory.optimizer\"?",
                "{\"evaluation\": {\"patience\": 0}} | evaluation.patience must be at least 1, was 0",
                "{\"retrain\": {\"every\": \"monthly\"}} | retrain.every must be a number of days from 1 to 999 such as \"30 days\"",
                "{\"retrain\": {\"every\": \"0 days\"}} | retrain.every must be a number of days",
                "{\"retrain\": {\"drift\": 0}} | retrain.drift must be above 0, was 0",
                "{\"retrain\": {\"onRetirment\": \"x\"}} | did you mean \"retrain.onRetirement\"?",
                "{\"memory\": 8} | memory has the wrong type; it takes an object",
                "{\"retrain\": {\"drift\": 0}} | tune.json: retrain.drift must be",
                "{\"dpo\": {\"beta\": 0}} | tune.json: dpo.beta must be above 0",
                "{\"epochs\": 2.5} | epochs has the wrong type; it takes a whole number",
                "{\"alpha\": []} | alpha has the wrong type; it takes a number",
                "{\"dora\": \"yes\"} | dora has the wrong type; it takes true or false",
                "{\"memory\": {\"optimizer\": \"sgd\"}} | memory.optimizer must be one of adamw, adamw-8bit, was \"sgd\"",
                "{\"rank\": 0} | rank must be 1 to 512, was 0",
                "{\"rank\": \"many\"} | rank has the wrong type",
                "{\"rank\": null} | rank is required and must not be null",
                "{\"method\": \"prefix\"} | method must be one of qlora, lora, full, was \"prefix\"",
                "{\"targets\": [\"all-linear\", \"q_proj\"]} | use one or the other",
                "{\"rank\": 1, \"rank\": 2} | names one field twice (line 1, column 19)",
                "{ // rank | is not valid JSON (line 1, column 3); JSON has no comments",
                "`` | tune.json: is empty",
                "[] | must be a JSON object",
                "null | must be a JSON object",
                "{ | is not valid JSON",
            })
    void refusesWithTheFieldAndTheRemedy(String json, String message) {
        assertThatExceptionOfType(InvalidDocument.class)
                .isThrownBy(() -> read(json))
                .withMessageStartingWith("tune.json: ")
                .withMessageContaining(message);
    }
}
