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
import dev.tunedrop.functions.checks.scan.TextFacts;

/// Finds kinds of secrets and personal data in a text. What is found is never handed out.
///
/// A kind is a pattern, and a checksum where the kind has one: without it, one in ten numbers would be a payment card.
/// A pattern is tried only where what it needs is there (a word, or a number of as many digits as it takes), so most
/// texts cost a look at what a scan found ([TextFacts]). Belongs to one thread.
public final class PersonalData {

    /// A kind as the file has it.
    ///
    /// @param kind such as `email`
    /// @param needs a piece of text without which the pattern cannot match; absent: `digits` decides
    /// @param within how many characters after a match's start that piece begins at the latest; absent: anywhere
    /// @param again how many characters after its first place in a match that piece stands once more at the latest;
    ///     absent: it need not
    /// @param digits how many digits the text's longest number must have for the pattern to be tried
    /// @param separators how many blanks, dashes, dots and slashes one number of the text must have within it
    /// @param row how many digits follow each other with nothing between in every match, at least
    /// @param run how many characters without white space follow each other in every match, at least
    /// @param word how many letters and digits of ASCII follow each other in every match, at least
    /// @param check the checksum that a match must pass; absent: none
    /// @param source who says that it looks so
    record Kind(
            String kind,
            @Nullable String needs,
            @Nullable Integer within,
            @Nullable Integer again,
            @Nullable Integer digits,
            @Nullable Integer separators,
            @Nullable Integer row,
            @Nullable Integer run,
            @Nullable Integer word,
            String pattern,
            Checksums.@Nullable Check check,
            String source) {}

    private record Table(LocalDate asOf, List<Kind> kinds) {}

    /// Read and compiled when the first file is looked at.
    private static final class Loaded {
        static final List<Kind> KINDS = table();
        static final List<KindSearch.Compiled> COMPILED =
                KINDS.stream().map(KindSearch.Compiled::of).toList();
        static final PossibleKinds POSSIBLE = new PossibleKinds(KINDS);
    }

    private final List<KindSearch> kinds =
            Loaded.COMPILED.stream().map(KindSearch::new).toList();
    private final PossibleKinds possible = Loaded.POSSIBLE;

    private PersonalData() {}

    public static PersonalData load() {
        return new PersonalData();
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
    /// @param facts what a scan of it found
    public void find(String text, TextFacts facts, Set<String> found) {
        for (long rest = possible.in(facts); rest != 0; rest &= rest - 1) {
            KindSearch kind = kinds.get(Long.numberOfTrailingZeros(rest));
            if (kind.possible(text) && !found.contains(kind.kind()) && kind.in(text)) found.add(kind.kind());
        }
        if (PhoneNumbers.in(text, facts)) found.add(PhoneNumbers.KIND);
    }
}
