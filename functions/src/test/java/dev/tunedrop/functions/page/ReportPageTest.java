package dev.tunedrop.functions.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.DatasetReport.RowShape;
import dev.tunedrop.events.run.PrivateData;
import dev.tunedrop.events.run.RunSettings.Privacy;
import dev.tunedrop.events.run.TargetVerdict;

class ReportPageTest {

    private static final DatasetReport REPORT = new DatasetReport(
            DatasetReport.Verdict.ACCEPTED,
            "openai-chat",
            List.of(new DatasetReport.FormatSeen("openai-chat", 2, 1, Map.of("messages", 2L))),
            4096,
            2,
            0,
            "ab".repeat(32),
            Map.of(),
            List.of(),
            new DatasetReport.Signal(
                    2,
                    0,
                    40,
                    10,
                    20,
                    0,
                    0,
                    0,
                    true,
                    "cd".repeat(32),
                    "ef".repeat(32),
                    Map.of(32, 2L),
                    1,
                    0.5,
                    List.of(new RowShape(1, List.of(10, 10)))),
            List.of(new TargetVerdict("azure", "Azure <OpenAI>", TargetVerdict.Answer.ACCEPT, List.of())),
            new PrivateData(Privacy.PRIVATE, List.of()));

    private static final RowPicture PICTURE = new RowPicture(
            1,
            25,
            List.of(
                    new RowPicture.Span("<|user|> <script>alert(1)</script>", 10, false),
                    new RowPicture.Span("Hi", 10, true)));

    @Test
    void theTextOfRowsIsEscapedAndWhatIsTrainedIsMarked() {
        String page = ReportPage.html("a.jsonl", REPORT, List.of(PICTURE));
        assertThat(page)
                .contains("&lt;|user|&gt; &lt;script&gt;alert(1)&lt;/script&gt;<mark>Hi</mark>")
                .contains("5 more tokens")
                .contains("messages in 2 of 2 rows")
                .doesNotContain("<script");
    }

    @Test
    void thePageOfARunShowsWhereLossLiesWithoutAnyText() {
        String page = ReportPage.html("a.jsonl", REPORT);
        assertThat(page)
                .contains("<rect class=\"u\" x=\"0.00\" width=\"500.00\"")
                .contains("<rect class=\"l\" x=\"500.00\" width=\"500.00\"")
                .doesNotContain("class=\"text\"");
    }

    @Test
    void thePageLoadsNothing() {
        String page = ReportPage.html("<b>name</b>", REPORT, List.of(PICTURE));
        assertThat(page)
                .contains("default-src 'none'")
                .contains("&lt;b&gt;name")
                .contains("Azure &lt;OpenAI&gt;")
                .doesNotContain("src=", "href=", "url(");
    }
}
