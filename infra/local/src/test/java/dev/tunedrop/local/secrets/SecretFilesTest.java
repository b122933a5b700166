package dev.tunedrop.local.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFilesTest {

    @TempDir
    Path home;

    private Path file = Path.of("");

    @BeforeEach
    void aSecret() throws IOException {
        file = home.resolve("secrets/tunedrop/openai");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "hush\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(home.resolve("outside"), "hush");
    }

    @Test
    void aSecretIsTheFileOfItsNameWithoutItsLineEnd() {
        assertThat(new SecretFiles(home).find("tunedrop/openai")).contains("hush");
        assertThat(new SecretFiles(home).find("tunedrop/other")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw-rw-rw-", "rw--w----"})
    void aFileThatOthersMayTouchIsRefusedWithTheRemedy(String rights) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
        assertThatExceptionOfType(SecretFiles.Exposed.class)
                .isThrownBy(() -> new SecretFiles(home).find("tunedrop/openai"))
                .withMessageContaining("chmod 600");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../outside", "tunedrop/../../outside", "/etc/passwd", "", "tunedrop//openai", ".", "tunedrop"})
    void aNameNeverLeavesTheFolder(String name) {
        assertThat(new SecretFiles(home).find(name)).isEmpty();
    }
}
