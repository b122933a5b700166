package dev.tunedrop.functions.checks.personal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;

/// Finds kinds of secrets and personal data in a text. What is found is never handed out.
///
/// A kind is a pattern, and a checksum where the kind has one: without it, one in ten numbers would be a payment card.
/// A
/// pattern is tried only where what it needs is there (a word, or a number of as many digits as it takes), so most
/// texts
/// cost one pass over their characters.
public final class PersonalData {

    /// A kind as the file has it.
    ///
    /// @param kind such as `email`
    /// @param needs a piece of text without which the pattern cannot match; absent: `digits` decides
    /// @param digits how many digits the text's longest number must have for the pattern to be tried
    /// @param check the checksum that a match must pass; absent: none
    /// @param source who says that it looks so
    record Kind(
            String kind,
            @Nullable String needs,
            @Nullable Integer digits,
            String pattern,
            Checksums.@Nullable Check check,
            String source) {}

    private record Table(LocalDate asOf, List<Kind> kinds) {}

    private record Compiled(Kind kind, Pattern pattern) {}

    private final List<Compiled> kinds;

    private PersonalData(List<Kind> kinds) {
        this.kinds = kinds.stream()
                .map(kind -> new Compiled(kind, Pattern.compile(kind.pattern())))
                .toList();
    }

    public static PersonalData load() {
        try (InputStream in = Objects.requireNonNull(PersonalData.class.getResourceAsStream("personal-data.json"))) {
            return new PersonalData(Json.read(in.readAllBytes(), Table.class, "personal-data.json")
                    .kinds());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read personal-data.json", e);
        }
    }

    /// Names of all kinds that are looked for.
    public List<String> kinds() {
        List<String> names = new ArrayList<>(kinds.stream()
                .map(compiled -> compiled.kind().kind())
                .distinct()
                .toList());
        names.add(PhoneNumbers.KIND);
        return names;
    }

    /// Adds the kinds that a text holds.
    public void find(String text, Set<String> found) {
        int digits = digits(text);
        for (Compiled compiled : kinds)
            if (!found.contains(compiled.kind().kind())
                    && possible(compiled.kind(), text, digits)
                    && holds(compiled, text)) found.add(compiled.kind().kind());
        if (digits >= PhoneNumbers.FEWEST_DIGITS && PhoneNumbers.in(text)) found.add(PhoneNumbers.KIND);
    }

    private static boolean possible(Kind kind, String text, int digits) {
        if (kind.digits() != null && digits < kind.digits()) return false;
        return kind.needs() == null || text.contains(kind.needs());
    }

    private static boolean holds(Compiled compiled, String text) {
        Matcher matcher = compiled.pattern().matcher(text);
        while (matcher.find()) {
            Checksums.Check check = compiled.kind().check();
            if (check == null || Checksums.pass(check, matcher.group())) return true;
        }
        return false;
    }

    /// Digits of the longest number: digits with at most one blank, dash, dot or slash between them.
    private static int digits(String text) {
        int longest = 0;
        int digits = 0;
        int gap = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                digits++;
                gap = 0;
                if (digits > longest) longest = digits;
            } else if (digits > 0 && (++gap > 1 || " -./".indexOf(c) < 0)) {
                digits = 0;
                gap = 0;
            }
        }
        return longest;
    }
}
