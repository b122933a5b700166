package dev.tunedrop.functions.checks.personal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.functions.checks.scan.TextFacts;
import dev.tunedrop.functions.checks.scan.TextScan;

class PersonalDataTest {

    private static final PersonalData KINDS = PersonalData.load();

    /// Numbers that standards and agencies print as their examples, and keys made up here in the right shape.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "email | write to ada.lovelace+x@analytical-engine.co.uk today",
                "payment-card | card 4111 1111 1111 1111 expires soon",
                "payment-card | 378282246310005",
                "payment-card | 5555-5555-5555-4444",
                "iban | pay to DE89 3704 0044 0532 0130 00 please",
                "iban | GB82WEST12345698765432",
                "aws-access-key | export KEY=AKIAIOSFODNN7EXAMPLE",
                "github-token | ghp_abcdefghijklmnopqrstuvwxyz0123456789",
                "openai-key | sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD",
                "anthropic-key | sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789",
                "google-key | AIzaSyA1234567890abcdefghijklmnopqrstuv",
                "slack-token | xoxb-123456789012-abcdefghijklmnop",
                "private-key | -----BEGIN RSA PRIVATE KEY-----",
                "jwt | eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
                "ip-address | from 81.2.69.142 at noon",
                "ip-address | 2a02:8109:9440:1198:71f2:5e1a:8b3c:4d5e",
                "phone | call +49 30 901820 now",
                "national-id | SSN 219-09-9999",
                "national-id | Steuer-ID 86095742719",
                "national-id | 11010519491231002X",
                "national-id | DNI 12345678Z",
                "national-id | CPF 111.444.777-35",
                "national-id | PESEL 44051401359"
            })
    void isFound(String kind, String text) {
        assertThat(find(text)).containsExactly(kind);
    }

    /// The same shapes with one digit changed, ranges that belong to nobody, and what merely looks alike.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "card 4111 1111 1111 1112",
                "order 1234567890123456",
                "DE89 3704 0044 0532 0130 01",
                "someone@example.com",
                "a@b",
                "10.0.0.1, 192.168.1.7, 127.0.0.1 and 203.0.113.9",
                "version 1.2.3.4",
                "2001:db8::1 and 12:30:45",
                "999-12-3456",
                "Steuer-ID 86095742718",
                "12345678A",
                "44051401359",
                "call 901820",
                "the sk-learn package and a ghp_short one",
                "25*8=200 200*15=3000 3.14159265358979323846"
            })
    void isLeftAlone(String text) {
        assertThat(find(text)).isEmpty();
    }

    @Test
    void everyKindThatIsLookedForHasAName() {
        assertThat(KINDS.kinds())
                .contains("email", "payment-card", "iban", "phone")
                .doesNotHaveDuplicates();
    }

    private static Set<String> find(String text) {
        Set<String> found = new TreeSet<>();
        KINDS.find(text, facts(text), found);
        return found;
    }

    static TextFacts facts(String text) {
        TextScan scan = new TextScan();
        scan.over(text.getBytes(StandardCharsets.UTF_8));
        return scan.facts();
    }
}
