package dev.tunedrop.functions.checks.personal;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.Leniency;

import dev.tunedrop.functions.checks.scan.TextFacts;

/// Telephone numbers with a country code, by the numbering plans that libphonenumber carries. A number without one is
/// left alone: without knowing the country it is any number.
///
/// The library searches texts slowly, so it is first asked about the numbers behind plus signs alone: where no
/// beginning of one is a valid number, nothing that the search could find is.
final class PhoneNumbers {

    static final String KIND = "phone";
    /// A country code may stand apart from the rest by brackets, so fewer than a number has.
    static final int FEWEST_DIGITS = 3;

    /// No number with its country code is shorter; a test asks the library about every shorter one.
    static final int SHORTEST = 6;

    /// A country code of three digits and the seventeen that the library reads behind one.
    private static final int LONGEST = 20;

    private static final String NO_REGION = "ZZ";
    private static final long MOST_TRIES = 1000;
    private static final String IN_NUMBERS = " -./()[]~";

    private PhoneNumbers() {}

    static boolean in(String text, TextFacts facts) {
        if (facts.longestNumber() < FEWEST_DIGITS) return false;
        if (facts.digitsAfterPlus() < SHORTEST && text.indexOf('＋') < 0) return false;
        return mayHold(text, facts)
                && PhoneNumberUtil.getInstance()
                        .findNumbers(text, NO_REGION, Leniency.VALID, MOST_TRIES)
                        .iterator()
                        .hasNext();
    }

    private static boolean mayHold(String text, TextFacts facts) {
        if (!facts.ascii()) return true;
        for (int plus = text.indexOf('+'); plus >= 0; plus = text.indexOf('+', plus + 1)) {
            StringBuilder number = new StringBuilder("+");
            for (int i = plus + 1; i < text.length() && number.length() <= LONGEST; i++) {
                char c = text.charAt(i);
                if (c >= '0' && c <= '9') {
                    number.append(c);
                    if (number.length() > SHORTEST && valid(number)) return true;
                } else if ((c | 0x20) == 'x') {
                    if (number.length() > 1) return true;
                } else if (IN_NUMBERS.indexOf(c) < 0) break;
            }
        }
        return false;
    }

    private static boolean valid(CharSequence number) {
        try {
            PhoneNumberUtil library = PhoneNumberUtil.getInstance();
            return library.isValidNumber(library.parse(number, NO_REGION));
        } catch (NumberParseException e) {
            return false;
        }
    }
}
