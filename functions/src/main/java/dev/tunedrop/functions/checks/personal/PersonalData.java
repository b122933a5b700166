package dev.tunedrop.functions.checks.personal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.checks.scan.TextScan;

/// Finds kinds of secrets and personal data in a text. What is found is never handed out.
///
/// A kind is a pattern, and a checksum where the kind has one: without it, one in ten numbers would be a payment card.
/// A pattern is tried only where what it needs is there (a word, or a number of as many digits as it takes), so most
/// texts cost one pass over their bytes ([TextScan]). Belongs to one thread.
public final class PersonalData {

    /// A kind as the file has it.
    ///
    /// @param kind such as `email`
    /// @param needs a piece of text without which the pattern cannot match; absent: `digits` decides
    /// @param within how many characters after a match's start that piece begins at the latest; absent: anywhere
    /// @param digits how many digits the text's longest number must have for the pattern to be tried
    /// @param separators how many blanks, dashes, dots and slashes one number of the text must have within it
    /// @param check the checksum that a match must pass; absent: none
    /// @param source who says that it looks so
    record Kind(
            String kind,
            @Nullable String needs,
            @Nullable Integer within,
            @Nullable Integer digits,
            @Nullable Integer separators,
            String pattern,
            Checksums.@Nullable Check check,
            String source) {}

    private record Table(LocalDate asOf, List<Kind> kinds) {}

    private final List<KindSearch> kinds;
    private final TextScan scan;

    private PersonalData(List<Kind> kinds) {
        List<String> phrases = kinds.stream()
                .map(Kind::needs)
                .filter(needs -> needs != null && needs.length() > 1)
                .distinct()
                .toList();
        this.kinds = kinds.stream()
                .map(kind -> new KindSearch(kind, phrases.indexOf(kind.needs())))
                .toList();
        this.scan = new TextScan(phrases);
    }

    public static PersonalData load() {
        return new PersonalData(table());
    }

    static List<Kind> table() {
        try (InputStream in = Objects.requireNonNull(PersonalData.class.getResourceAsStream("personal-data.json"))) {
            return Json.read(in.readAllBytes(), Table.class, "personal-data.json")
                    .kinds();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read personal-data.json", e);
        }
    }

    /// Names of all kinds that are looked for.
    public List<String> kinds() {
        List<String> names =
                new ArrayList<>(kinds.stream().map(KindSearch::kind).distinct().toList());
        names.add(PhoneNumbers.KIND);
        return names;
    }

    /// Adds the kinds that a text holds.
    ///
    /// @param utf8 the text's bytes
    public void find(String text, byte[] utf8, Set<String> found) {
        scan.over(utf8);
        int digits = scan.longestNumber();
        for (KindSearch kind : kinds)
            if (kind.possible(text, scan) && !found.contains(kind.kind()) && kind.in(text)) found.add(kind.kind());
        if (digits >= PhoneNumbers.FEWEST_DIGITS && PhoneNumbers.in(text, scan.digitsAfterPlus()))
            found.add(PhoneNumbers.KIND);
    }
}
