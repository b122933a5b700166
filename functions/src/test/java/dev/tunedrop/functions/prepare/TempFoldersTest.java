package dev.tunedrop.functions.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

class TempFoldersTest {

    @Test
    void whatIsOpenWhenTheProcessEndsIsRemovedAndNothingElse() throws IOException {
        Path open = TempFolders.create("tunedrop-test");
        Files.writeString(open.resolve("rows"), "made from rows");
        Path done = TempFolders.create("tunedrop-test");
        TempFolders.delete(done);
        Files.createDirectory(done);
        TempFolders.deleteAll();
        assertThat(open).doesNotExist();
        assertThat(done).exists();
        Files.delete(done);
    }
}
