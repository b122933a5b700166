package dev.tunedrop.functions.checks.personal;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.Leniency;

/// The slow and obvious twin of [PersonalData]: every pattern is run over the whole text.
final class PlainPersonalData {

    private record Compiled(PersonalData.Kind kind, Pattern pattern) {}

    private final List<Compiled> kinds = PersonalData.table().stream()
            .map(kind -> new Compiled(kind, Pattern.compile(kind.pattern())))
            .toList();

    void find(String text, Set<String> found) {
        int digits = digits(text);
        for (Compiled compiled : kinds)
            if (possible(compiled.kind(), text, digits) && holds(compiled, text))
                found.add(compiled.kind().kind());
        if (digits >= PhoneNumbers.FEWEST_DIGITS && phone(text)) found.add(PhoneNumbers.KIND);
    }

    private static boolean phone(String text) {
        if (text.indexOf('+') < 0 && text.indexOf('＋') < 0) return false;
        return PhoneNumberUtil.getInstance()
                .findNumbers(text, "ZZ", Leniency.VALID, 1000)
                .iterator()
                .hasNext();
    }

    private static boolean possible(PersonalData.Kind kind, String text, int digits) {
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
