package dev.tunedrop.functions.checks.personal;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.Leniency;

/// Telephone numbers with a country code, by the numbering plans that libphonenumber carries. A number without one is
/// left alone: without knowing the country it is any number.
final class PhoneNumbers {

    static final String KIND = "phone";
    /// A country code may stand apart from the rest by brackets, so fewer than a number has.
    static final int FEWEST_DIGITS = 3;

    /// No number with its country code is shorter; a test asks the library about every shorter one.
    static final int SHORTEST = 6;

    private static final String NO_REGION = "ZZ";
    private static final long MOST_TRIES = 1000;

    private PhoneNumbers() {}

    /// @param digitsAfterPlus the most that stand behind one plus sign, see `TextScan`
    static boolean in(String text, int digitsAfterPlus) {
        if (digitsAfterPlus < SHORTEST && text.indexOf('＋') < 0) return false;
        return PhoneNumberUtil.getInstance()
                .findNumbers(text, NO_REGION, Leniency.VALID, MOST_TRIES)
                .iterator()
                .hasNext();
    }
}
