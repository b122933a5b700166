package dev.tunedrop.functions.prepare;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.artefact.TokenShardWriter;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.Finding.Severity;
import dev.tunedrop.functions.dataset.CanonicalRow;
import dev.tunedrop.functions.dataset.DatasetCheck;
import dev.tunedrop.functions.dataset.Findings;
import dev.tunedrop.functions.dataset.Row;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.text.TextException;
import dev.tunedrop.text.TokenizedChat;

/// Turns good rows into tokens and canonical rows, side by side in two files. Stops at the first error of the range:
/// nothing of a refused file is trained on.
final class ChunkTokens implements DatasetCheck.RowSink, AutoCloseable {

    private final BaseText text;
    private final RowTokens rowTokens;
    private final int maxTokens;
    private final Findings findings;
    private final Findings said = new Findings();
    private final TokenShardWriter shard;
    private final BufferedWriter rows;
    private final Path shardFile;
    private final Path rowsFile;
    private long tokenizedRows;
    private final Map<Integer, Long> histogram = new TreeMap<>();
    private long keptRows;
    private long longest;
    private long truncated;
    private long lost;
    private boolean endOfTurnTrained = true;
    private final TreeSet<String> labels = new TreeSet<>();

    ChunkTokens(BaseText text, int maxTokens, Findings findings, Path shard, Path rows) throws IOException {
        this.text = text;
        this.rowTokens = new RowTokens(text);
        this.maxTokens = maxTokens;
        this.findings = findings;
        this.shard = new TokenShardWriter(
                shard, Map.of("tokenizer", text.tokenizerSha256(), "template", text.templateSha256()));
        this.rows = Files.newBufferedWriter(rows);
        this.shardFile = shard;
        this.rowsFile = rows;
    }

    @Override
    public void take(long line, Row row) throws IOException {
        if (findings.errors() > 0 || said.errors() > 0) return;
        try {
            tokens(line, CanonicalRow.of(line, row));
        } catch (TextException e) {
            add(
                    "text-refused",
                    Severity.ERROR,
                    line,
                    String.valueOf(e.getMessage()),
                    "Change the row, or choose another base.");
        }
    }

    private void tokens(long line, CanonicalRow row) throws IOException {
        List<TokenizedChat> sequences = rowTokens.of(row.row(), maxTokens);
        tokenizedRows++;
        if (row.row() instanceof Row.Labelled labelled) lookAt(line, labelled, sequences.getFirst());
        else if (nothingLeft(line, row.row(), sequences)) {
            add(
                    "row-nothing-left",
                    Severity.WARNING,
                    line,
                    "no trained token is left, so the row is not used",
                    "Raise maxTokens, or shorten what comes before the answer.");
            return;
        }
        for (TokenizedChat sequence : sequences) {
            int length = Math.min(sequence.tokens(), maxTokens);
            shard.add(Arrays.copyOf(sequence.ids(), length), Arrays.copyOf(sequence.trained(), length), line);
        }
        rows.write(Json.writeLine(row));
        rows.write('\n');
        keptRows++;
    }

    private boolean nothingLeft(long line, Row row, List<TokenizedChat> sequences) {
        for (TokenizedChat sequence : sequences) look(line, row, sequence);
        return sequences.stream().anyMatch(sequence -> kept(sequence) == 0);
    }

    private int kept(TokenizedChat sequence) {
        return trainedTokens(sequence.trained(), Math.min(sequence.tokens(), maxTokens));
    }

    /// A text with a label: the row carries one loss, whatever of it is cut.
    private void lookAt(long line, Row.Labelled row, TokenizedChat sequence) {
        if (labels.size() <= LabelRules.MOST_LABELS) labels.add(row.label());
        int whole = sequence.tokens() < maxTokens ? sequence.tokens() : text.textTokens(row.text());
        measured(whole);
        if (whole > sequence.tokens()) cut(line, whole);
    }

    private void measured(int tokens) {
        longest = Math.max(longest, tokens);
        histogram.merge(bound(tokens), 1L, Long::sum);
    }

    private void cut(long line, int tokens) {
        truncated++;
        add(
                "row-cut",
                Severity.WARNING,
                line,
                "the row has %d tokens and is cut to %d".formatted(tokens, maxTokens),
                "Raise maxTokens, or shorten the row.");
    }

    private void look(long line, Row row, TokenizedChat sequence) {
        measured(sequence.tokens());
        endOfTurnTrained &= sequence.endOfTurnTrained();
        if (row instanceof Row.Chat chat && !chat.tools().isEmpty() && !text.readsTools())
            add(
                    "tools-left-out",
                    Severity.WARNING,
                    line,
                    "the base's chat template does not show the declared tools",
                    "Choose a base whose template knows tools.");
        if (!sequence.droppedMessages().isEmpty())
            add(
                    "message-left-out",
                    Severity.WARNING,
                    line,
                    "the base's chat template leaves out message "
                            + (sequence.droppedMessages().getFirst() + 1),
                    "Check that the base knows this role.");
        if (sequence.tokens() > maxTokens) {
            lost += trainedTokens(sequence.trained(), sequence.tokens()) - kept(sequence);
            cut(line, sequence.tokens());
        }
    }

    /// Nothing predicts the first token, so its mark does not count.
    private static int trainedTokens(boolean[] trained, int length) {
        int count = 0;
        for (int t = 1; t < length; t++) if (trained[t]) count++;
        return count;
    }

    private static int bound(int tokens) {
        return tokens <= 1 ? 1 : Integer.highestOneBit(tokens - 1) << 1;
    }

    private void add(String rule, Severity severity, long line, String message, String remedy) {
        said.add(new Finding(rule, severity, line, 0, null, message, remedy));
    }

    /// Ends the two files and says what is in them; nothing, and no shard, when an error was found. What was said while
    /// tokenising joins the check's findings.
    @Nullable
    KeptTokens finish() throws IOException {
        findings.addAll(said.listed(), said.byRule(), said.errors());
        if (findings.errors() > 0) {
            shard.abandon();
            return null;
        }
        shard.close();
        rows.close();
        return new KeptTokens(
                keptRows,
                new ChunkReport.TextFigures(
                        longest,
                        truncated,
                        lost,
                        endOfTurnTrained,
                        text.templateSha256(),
                        text.tokenizerSha256(),
                        histogram,
                        List.copyOf(labels)),
                said.byRule(),
                said.listed(),
                Sha256.of(shardFile),
                Sha256.of(rowsFile));
    }

    long tokenizedRows() {
        return tokenizedRows;
    }

    @Override
    public void close() throws IOException {
        try (rows) {
            shard.close();
        }
    }
}
