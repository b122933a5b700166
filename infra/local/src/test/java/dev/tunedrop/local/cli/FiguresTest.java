package dev.tunedrop.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

    @ParameterizedTest
    @CsvSource({
        "0.04, 0.0s",
        "9.94, 9.9s",
        "9.96, 10s",
        "59.4, 59s",
        "59.6, 1m 0s",
        "3599, 59m 59s",
        "7500, 2h 5m",
        "273600, 3d 4h",
        "-3, 0.0s"
    })
    void aDurationHasTwoUnitsAtMost(double seconds, String text) {
        assertThat(Figures.duration(seconds)).isEqualTo(text);
    }

    @Test
    void aCostBelowACentKeepsItsDigits() {
        assertThat(Figures.usd(new BigDecimal("0.0031"))).isEqualTo("$0.0031");
        assertThat(Figures.usd(new BigDecimal("0"))).isEqualTo("$0.00");
        assertThat(Figures.usd((BigDecimal) null)).isEqualTo("-");
    }

    @ParameterizedTest
    @CsvSource({"1023, 1023 B", "1024, 1.0 KiB", "1572864, 1.5 MiB", "512000000, 488.3 MiB"})
    void bytesAreCountedInPowersOfTwo(long bytes, String text) {
        assertThat(Figures.bytes(bytes)).isEqualTo(text);
    }

    @Test
    void aTablesColumnsAreAsWideAsTheirWidestCell() {
        assertThat(new TextTable("a", "b").row("long", "x").row("s", "").lines())
                .containsExactly("a     b", "long  x", "s");
    }
}
