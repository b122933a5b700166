package dev.tunedrop.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every bucket does, the one in a directory as the one behind S3's wire.
public abstract class ObjectFolderContract {

    @TempDir
    protected Path folder;

    protected abstract ObjectFolder bucket() throws IOException;

    @Test
    void whatIsWrittenIsRead() throws IOException {
        ObjectFolder bucket = bucket();
        bucket.write("a/ü b.json", bytes("one"));
        bucket.write("a/ü b.json", bytes("two"));
        assertThat(bucket.read("a/ü b.json"))
                .hasValueSatisfying(found -> assertThat(found).isEqualTo(bytes("two")));
        assertThat(bucket.read("a/absent")).isEmpty();
    }

    @Test
    void aFileGoesThereAndBack() throws IOException {
        ObjectFolder bucket = bucket();
        byte[] content = new byte[300_000];
        new Random(1).nextBytes(content);
        bucket.upload(Files.write(folder.resolve("up"), content), "f/file");
        bucket.download("f/file", folder.resolve("down"));
        assertThat(folder.resolve("down")).hasBinaryContent(content);
    }

    @Test
    void anObjectThatIsNotThereIsNamed() throws IOException {
        ObjectFolder bucket = bucket();
        assertThatThrownBy(() -> bucket.download("f/none", folder.resolve("down")))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("s3://")
                .hasMessageContaining("f/none");
        assertThat(folder.resolve("down")).doesNotExist();
    }

    @Test
    void aListHasTheKeysOfItsPrefixInOrderAndTheirVersionsFollowTheContent() throws IOException {
        ObjectFolder bucket = bucket();
        for (String key : new String[] {"p/b", "p/a", "q/c"}) bucket.write(key, bytes(key));
        assertThat(bucket.list("p/").stream().map(ObjectFolder.Entry::key)).containsExactly("p/a", "p/b");
        assertThat(bucket.list("none/")).isEmpty();
        ObjectFolder.Entry before = bucket.list("p/a").getFirst();
        assertThat(before.sizeBytes()).isEqualTo(3);
        bucket.write("p/a", bytes("new"));
        assertThat(bucket.list("p/a").getFirst().version()).isNotEqualTo(before.version());
    }

    @Test
    void ofManyWhoWriteWhereNothingIsOneWins() throws IOException {
        ObjectFolder bucket = bucket();
        AtomicInteger winners = new AtomicInteger();
        IntStream.range(0, 8).parallel().forEach(writer -> {
            try {
                if (bucket.writeIf(Optional.empty(), "c/manifest", bytes("writer " + writer)))
                    winners.incrementAndGet();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(winners).hasValue(1);
    }

    @Test
    void whoSawAnOlderVersionWritesNothing() throws IOException {
        ObjectFolder bucket = bucket();
        Path file = Files.write(folder.resolve("up"), bytes("late file"));
        assertThat(bucket.version("v/x")).isEmpty();
        bucket.write("v/x", bytes("one"));
        Optional<String> seen = bucket.version("v/x");
        assertThat(seen).hasValue(bucket.list("v/x").getFirst().version());
        assertThat(bucket.writeIf(seen, "v/x", bytes("two"))).isTrue();

        assertThat(bucket.writeIf(seen, "v/x", bytes("late"))).isFalse();
        assertThat(bucket.uploadIf(seen, file, "v/x")).isFalse();
        assertThat(bucket.uploadIf(Optional.empty(), file, "v/x")).isFalse();
        assertThat(bucket.writeIf(seen, "v/absent", bytes("late"))).isFalse();
        assertThat(bucket.read("v/x"))
                .hasValueSatisfying(found -> assertThat(found).isEqualTo(bytes("two")));
        assertThat(bucket.read("v/absent")).isEmpty();
        assertThat(bucket.uploadIf(bucket.version("v/x"), file, "v/x")).isTrue();
        assertThat(bucket.uploadIf(Optional.empty(), file, "v/new")).isTrue();
    }

    @Test
    void whatIsDeletedIsGoneAndMayBeDeletedAgain() throws IOException {
        ObjectFolder bucket = bucket();
        bucket.write("d/x", bytes("x"));
        bucket.delete("d/x");
        bucket.delete("d/x");
        assertThat(bucket.read("d/x")).isEmpty();
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
