package dev.tunedrop.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FencedTest {

    @TempDir
    Path folder;

    @Test
    void whoWasReplacedWritesAndDeletesNothing() throws IOException {
        DirectoryFolder bucket = new DirectoryFolder(folder.resolve("bucket"));
        Fenced old = Fenced.takeOver(bucket, "attempt.json", "old");
        old.write("result.json", bytes("old"));
        Fenced fresh = Fenced.takeOver(bucket, "attempt.json", "new");
        Path file = Files.write(folder.resolve("file"), bytes("old again"));

        assertThatThrownBy(() -> old.write("result.json", bytes("old again")))
                .isInstanceOf(Superseded.class)
                .hasMessage(
                        "attempt 1 (old) of this run has been taken over by attempt 2 (new); it stops and leaves the run as it is");
        assertThatThrownBy(() -> old.upload(file, "result.json")).isInstanceOf(Superseded.class);
        assertThatThrownBy(() -> old.delete("result.json")).isInstanceOf(Superseded.class);
        assertThat(bucket.read("result.json"))
                .hasValueSatisfying(found -> assertThat(found).isEqualTo(bytes("old")));
        fresh.write("result.json", bytes("new"));
        assertThat(bucket.read("result.json"))
                .hasValueSatisfying(found -> assertThat(found).isEqualTo(bytes("new")));
    }

    /// The old attempt is paused after it looked and before it writes; meanwhile the new one takes over and writes.
    @Test
    void whoIsReplacedInTheMidstOfAWriteDoesNotOverwrite() throws IOException {
        DirectoryFolder bucket = new DirectoryFolder(folder.resolve("bucket"));
        Paused slow = new Paused(bucket);
        Fenced old = Fenced.takeOver(slow, "attempt.json", "old");
        slow.meanwhile = () -> Fenced.takeOver(bucket, "attempt.json", "new").write("result.json", bytes("new"));
        assertThatThrownBy(() -> old.write("result.json", bytes("old"))).isInstanceOf(Superseded.class);
        assertThat(bucket.read("result.json"))
                .hasValueSatisfying(found -> assertThat(found).isEqualTo(bytes("new")));
    }

    @Test
    void ofAttemptsThatBeginAtOnceExactlyOneHasTheRun() throws IOException {
        DirectoryFolder bucket = new DirectoryFolder(folder.resolve("bucket"));
        List<Fenced> attempts = IntStream.range(0, 6)
                .parallel()
                .mapToObj(number -> {
                    try {
                        return Fenced.takeOver(bucket, "attempt.json", "a" + number);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                })
                .toList();
        int writers = 0;
        for (Fenced attempt : attempts)
            try {
                attempt.write("x", bytes("x"));
                writers++;
            } catch (Superseded expected) {
                assertThat(expected).hasMessageContaining("taken over by attempt 6");
            }
        assertThat(writers).isOne();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Lets something happen once, just before a write.
    private static final class Paused implements ObjectFolder {
        private final ObjectFolder bucket;
        private Meanwhile meanwhile = () -> {};

        Paused(ObjectFolder bucket) {
            this.bucket = bucket;
        }

        @FunctionalInterface
        interface Meanwhile {
            void happens() throws IOException;
        }

        @Override
        public boolean writeIf(Optional<String> version, String key, byte[] content) throws IOException {
            Meanwhile now = meanwhile;
            meanwhile = () -> {};
            now.happens();
            return bucket.writeIf(version, key, content);
        }

        @Override
        public boolean uploadIf(Optional<String> version, Path file, String key) throws IOException {
            return bucket.uploadIf(version, file, key);
        }

        @Override
        public String place() {
            return bucket.place();
        }

        @Override
        public List<Entry> list(String prefix) throws IOException {
            return bucket.list(prefix);
        }

        @Override
        public Optional<byte[]> read(String key) throws IOException {
            return bucket.read(key);
        }

        @Override
        public void download(String key, Path file) throws IOException {
            bucket.download(key, file);
        }

        @Override
        public void upload(Path file, String key) throws IOException {
            bucket.upload(file, key);
        }

        @Override
        public void write(String key, byte[] content) throws IOException {
            bucket.write(key, content);
        }

        @Override
        public Optional<String> version(String key) throws IOException {
            return bucket.version(key);
        }

        @Override
        public void delete(String key) throws IOException {
            bucket.delete(key);
        }
    }
}
