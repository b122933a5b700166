package dev.tunedrop.functions.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.functions.targets.Targets;
import dev.tunedrop.text.BaseText;

/// Datasets that people publish, in the formats they publish them in.
class RealDatasetsTest {

    private static Path data() {
        Path folder = Path.of(System.getProperty("tunedrop.shared", ""), "data");
        assumeTrue(Files.isDirectory(folder.resolve("datasets")), "shared data is absent: " + folder);
        return folder;
    }

    private static String verdict(DatasetReport report) {
        return "%s %s, %d rows, %d refused %s"
                .formatted(
                        report.verdict(),
                        report.format(),
                        report.rows(),
                        report.refusedRows(),
                        report.findingsByRule());
    }

    @Test
    void everyPublishedDatasetGetsItsVerdict() throws IOException {
        Map<String, String> verdicts = new TreeMap<>();
        try (Stream<Path> files = Files.list(data().resolve("datasets"))) {
            for (Path file : files.toList())
                verdicts.put(String.valueOf(file.getFileName()), verdict(report(file, null, 2048)));
        }
        assertThat(verdicts)
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry(
                                "bedrock_rft_openai_chat_train.jsonl",
                                "REJECTED unknown, 300 rows, 300 refused {key-ignored=300, no-assistant=300}"),
                        Map.entry(
                                "derived_gsm8k_train.openai-chat.jsonl",
                                "ACCEPTED openai-chat, 7473 rows, 0 refused {}"),
                        Map.entry(
                                "fastchat_dummy_sharegpt.json",
                                "ACCEPTED sharegpt, 500 rows, 0 refused {answer-conflict=116, answer-repeated=293, row-near-duplicate=214}"),
                        Map.entry(
                                "hh_rlhf_harmless_test.jsonl.gz",
                                "ACCEPTED preference, 2312 rows, 0 refused {answer-conflict=1, answer-echo=1, answer-empty=4, personal-data=9}"),
                        Map.entry(
                                "lf_alpaca_en_demo.json",
                                "ACCEPTED alpaca, 999 rows, 0 refused {personal-data=2, row-duplicate=14}"),
                        Map.entry("lf_alpaca_zh_demo.json", "ACCEPTED alpaca, 1000 rows, 0 refused {row-duplicate=8}"),
                        Map.entry(
                                "lf_dpo_en_demo.json",
                                "ACCEPTED preference, 300 rows, 0 refused {language-outlier=2, personal-data=3, row-duplicate=5}"),
                        Map.entry(
                                "lf_glaive_toolcall_en_sharegpt.json",
                                "ACCEPTED sharegpt, 300 rows, 0 refused {answer-conflict=25, answer-repeated=34, personal-data=9, row-duplicate=35, row-near-duplicate=5, tool-arguments-misfit=1}"),
                        Map.entry(
                                "mlx_wwdc25_prompt_completion_train.jsonl",
                                "ACCEPTED prompt-completion, 1800 rows, 0 refused {answer-conflict=1091, row-duplicate=437, row-near-duplicate=107}"),
                        Map.entry(
                                "mlx_wwdc25_prompt_completion_valid.jsonl",
                                "ACCEPTED prompt-completion, 144 rows, 0 refused {answer-conflict=79, row-duplicate=21, row-near-duplicate=1}"),
                        Map.entry(
                                "openai_cookbook_toy_chat_fine_tuning.jsonl",
                                "ACCEPTED openai-chat, 10 rows, 0 refused {answer-loop=1, row-duplicate=5}"),
                        Map.entry("tinyshakespeare.txt", "REJECTED unknown, 0 rows, 0 refused {file-plain-text=1}")));
    }

    @Test
    void publishedPairsAndConversationsTokenise() throws IOException {
        try (BaseText text = BaseText.load(data().resolve("models/synthetic-tiny-llama3"))) {
            for (String name : List.of(
                    "lf_alpaca_zh_demo.json",
                    "lf_dpo_en_demo.json",
                    "fastchat_dummy_sharegpt.json",
                    "lf_glaive_toolcall_en_sharegpt.json")) {
                DatasetReport report = report(data().resolve("datasets").resolve(name), text, 65_536);
                assertThat(report.verdict()).as(name + " " + verdict(report)).isEqualTo(DatasetReport.Verdict.ACCEPTED);
                assertThat(Objects.requireNonNull(report.signal()).trainedTokens())
                        .isPositive();
            }
        }
    }

    private static DatasetReport report(Path file, @Nullable BaseText text, int maxTokens) throws IOException {
        return FileReport.of(file, null, text, maxTokens, SettingsFile.defaults(), Targets.load())
                .report();
    }
}
