package dev.tunedrop.events.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.json.Json;

/// The pages for readers against the settings as they are: the first cell of a row names settings, the second their
/// default.
class SettingsPageTest {

    private static final Path PAGES = Path.of("..", "docs");
    private static final Pattern ROW = Pattern.compile("\\| (`[^|]+`) \\| ([^|]+) \\|.*");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    @Test
    void thePagesNameEverySettingWithItsDefaultAndNoOther() throws IOException {
        Map<String, String> told = new TreeMap<>();
        told.putAll(rows("settings.md"));
        told.putAll(rows("training-again.md"));

        Map<String, String> settings = new TreeMap<>();
        JsonNode defaults;
        try (InputStream in = Objects.requireNonNull(RunSettings.class.getResourceAsStream("default-settings.json"))) {
            defaults = Json.tree(in.readAllBytes(), "default-settings.json");
        }
        leaves(RunSettings.class, "").forEach(name -> settings.put(name, text(at(defaults, name))));
        assertThat(told).containsExactlyEntriesOf(settings);
    }

    private static Map<String, String> rows(String page) throws IOException {
        Map<String, String> rows = new TreeMap<>();
        for (String line : Files.readAllLines(PAGES.resolve(page))) {
            Matcher row = ROW.matcher(line);
            if (!row.matches()) continue;
            String value = row.group(2).replace("`", "");
            CODE.matcher(row.group(1)).results().forEach(name -> rows.put(name.group(1), value));
        }
        return rows;
    }

    private static Stream<String> leaves(Class<?> type, String prefix) {
        return Arrays.stream(type.getRecordComponents()).flatMap(part -> leaves(part, prefix + part.getName()));
    }

    private static Stream<String> leaves(RecordComponent part, String name) {
        return part.getType().isRecord() ? leaves(part.getType(), name + ".") : Stream.of(name);
    }

    private static JsonNode at(JsonNode defaults, String name) {
        JsonNode found = defaults;
        for (String part : name.split("\\.")) found = found.path(part);
        return found;
    }

    private static String text(JsonNode value) {
        return value instanceof MissingNode || value.isNull() ? "none" : value.toString();
    }
}
