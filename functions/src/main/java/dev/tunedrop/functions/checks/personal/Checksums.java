package dev.tunedrop.functions.checks.personal;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Locale;

/// The checksums and ranges that tell a real number from one that only looks like it. Blanks, dots, dashes and slashes
/// within a number do not count.
final class Checksums {

    enum Check {
        /// ISO/IEC 7812-1, annex B: payment cards.
        LUHN,
        /// ISO 13616 with ISO 7064 MOD 97-10: bank accounts.
        IBAN,
        /// ISO 7064 MOD 11,10: the German tax number.
        MOD_11_10,
        /// ISO 7064 MOD 11-2: the Chinese resident number.
        MOD_11_2,
        /// Verhoeff's dihedral check: India's Aadhaar.
        VERHOEFF,
        /// 97 less the number modulo 97: the French social security number.
        NIR,
        /// The letter of the number modulo 23: the Spanish DNI and NIE.
        DNI,
        /// Two digits modulo 11: the Brazilian CPF.
        CPF,
        /// Weights 1, 3, 7, 9: the Polish PESEL.
        PESEL,
        /// The ranges that the US Social Security Administration never gave out.
        SSN,
        /// Public IPv4 addresses.
        IPV4,
        /// IPv6 addresses that are neither local nor for documentation.
        IPV6
    }

    private static final String DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";

    private static final String[] DIHEDRAL = {
        "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
        "5987604321", "6598710432", "7659821043", "8765932104", "9876543210"
    };
    private static final String[] PERMUTATION = {
        "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258"
    };

    private Checksums() {}

    static boolean pass(Check check, String match) {
        String bare = bare(match);
        return switch (check) {
            case LUHN -> luhn(bare);
            case IBAN -> iban(bare);
            case MOD_11_10 -> mod1110(bare);
            case MOD_11_2 -> mod112(bare);
            case VERHOEFF -> verhoeff(bare);
            case NIR -> nir(bare);
            case DNI -> dni(bare);
            case CPF -> cpf(bare);
            case PESEL -> pesel(bare);
            case SSN -> ssn(bare);
            case IPV4 -> ipv4(match);
            case IPV6 -> ipv6(match);
        };
    }

    private static String bare(String match) {
        StringBuilder bare = new StringBuilder(match.length());
        for (int i = 0; i < match.length(); i++) if (" -./".indexOf(match.charAt(i)) < 0) bare.append(match.charAt(i));
        return bare.toString();
    }

    private static int digit(String text, int at) {
        return text.charAt(at) - '0';
    }

    private static boolean oneDigitOnly(String digits) {
        return digits.chars().allMatch(c -> c == digits.charAt(0));
    }

    private static boolean luhn(String digits) {
        int sum = 0;
        for (int i = digits.length() - 1, place = 0; i >= 0; i--, place++) {
            int value = place % 2 == 0 ? digit(digits, i) : 2 * digit(digits, i);
            sum += value > 9 ? value - 9 : value;
        }
        return sum % 10 == 0 && !oneDigitOnly(digits);
    }

    private static boolean iban(String text) {
        if (text.length() < 15 || text.length() > 34) return false;
        String turned = (text.substring(4) + text.substring(0, 4)).toUpperCase(Locale.ROOT);
        int rest = 0;
        for (int i = 0; i < turned.length(); i++) {
            int value = Character.digit(turned.charAt(i), 36);
            if (value < 0) return false;
            rest = (value < 10 ? rest * 10 + value : rest * 100 + value) % 97;
        }
        return rest == 1;
    }

    private static boolean mod1110(String digits) {
        int product = 10;
        for (int i = 0; i < digits.length() - 1; i++) {
            int sum = (digit(digits, i) + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }
        int last = 11 - product;
        return (last == 10 ? 0 : last) == digit(digits, digits.length() - 1) && !oneDigitOnly(digits);
    }

    private static boolean mod112(String text) {
        int sum = 0;
        for (int i = 0; i < 17; i++) sum = (sum + digit(text, i)) * 2 % 11;
        int last = (12 - sum) % 11;
        return Character.toUpperCase(text.charAt(17)) == (last == 10 ? 'X' : (char) ('0' + last));
    }

    private static boolean verhoeff(String digits) {
        int state = 0;
        for (int i = 0; i < digits.length(); i++) {
            int next = PERMUTATION[i % 8].charAt(digit(digits, digits.length() - 1 - i)) - '0';
            state = DIHEDRAL[state].charAt(next) - '0';
        }
        return state == 0 && !oneDigitOnly(digits);
    }

    private static boolean nir(String text) {
        String department = text.substring(5, 7).toUpperCase(Locale.ROOT);
        String digits = switch (department) {
            case "2A" -> text.substring(0, 5) + "19" + text.substring(7);
            case "2B" -> text.substring(0, 5) + "18" + text.substring(7);
            default -> text;
        };
        int rest = new BigInteger(digits.substring(0, 13))
                .mod(BigInteger.valueOf(97))
                .intValue();
        return 97 - rest == Integer.parseInt(digits.substring(13));
    }

    private static boolean dni(String text) {
        String digits = switch (Character.toUpperCase(text.charAt(0))) {
            case 'X' -> "0" + text.substring(1, 8);
            case 'Y' -> "1" + text.substring(1, 8);
            case 'Z' -> "2" + text.substring(1, 8);
            default -> text.substring(0, 8);
        };
        return DNI_LETTERS.charAt(Integer.parseInt(digits) % 23) == Character.toUpperCase(text.charAt(8));
    }

    private static boolean cpf(String digits) {
        return cpfDigit(digits, 9) == digit(digits, 9)
                && cpfDigit(digits, 10) == digit(digits, 10)
                && !oneDigitOnly(digits);
    }

    private static int cpfDigit(String digits, int count) {
        int sum = 0;
        for (int i = 0; i < count; i++) sum += digit(digits, i) * (count + 1 - i);
        return sum * 10 % 11 % 10;
    }

    private static boolean pesel(String digits) {
        int[] weights = {1, 3, 7, 9};
        int sum = digit(digits, 10);
        for (int i = 0; i < 10; i++) sum += digit(digits, i) * weights[i % 4];
        int month = Integer.parseInt(digits.substring(2, 4)) % 20;
        int day = Integer.parseInt(digits.substring(4, 6));
        return sum % 10 == 0 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
    }

    private static boolean ssn(String digits) {
        int area = Integer.parseInt(digits.substring(0, 3));
        return area != 0 && area != 666 && area < 900 && !digits.startsWith("00", 3) && !digits.endsWith("0000");
    }

    private static boolean ipv4(String text) {
        String[] parts = text.split("\\.");
        int[] octets = new int[4];
        for (int i = 0; i < 4; i++) {
            octets[i] = Integer.parseInt(parts[i]);
            if (octets[i] > 255 || (parts[i].length() > 1 && parts[i].charAt(0) == '0')) return false;
        }
        boolean local = octets[0] == 10
                || (octets[0] == 172 && octets[1] >= 16 && octets[1] < 32)
                || (octets[0] == 192 && octets[1] == 168)
                || (octets[0] == 100 && octets[1] >= 64 && octets[1] < 128)
                || (octets[0] == 169 && octets[1] == 254);
        boolean documentation = (octets[0] == 192 && octets[1] == 0)
                || (octets[0] == 198 && octets[1] == 51 && octets[2] == 100)
                || (octets[0] == 203 && octets[1] == 0 && octets[2] == 113);
        // below 11 stand version numbers such as 1.2.3.4; few people have such an address
        return octets[0] > 10 && octets[0] != 127 && octets[0] < 224 && !local && !documentation;
    }

    private static boolean ipv6(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        int gaps = lower.split("::", -1).length - 1;
        long groups = Arrays.stream(lower.split(":"))
                .filter(group -> !group.isEmpty())
                .count();
        boolean whole = (gaps == 0 && groups == 8) || (gaps == 1 && groups >= 3 && groups < 8);
        return whole
                && (lower.startsWith("2") || lower.startsWith("3"))
                && !lower.startsWith("2001:db8")
                && !lower.startsWith("2001:0db8");
    }
}
