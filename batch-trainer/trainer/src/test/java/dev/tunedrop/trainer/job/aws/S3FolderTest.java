package dev.tunedrop.trainer.job.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.trainer.job.ObjectFolder;
import dev.tunedrop.trainer.job.ObjectFolderContract;

/// The SDK's calls over the wire of a local S3.
class S3FolderTest extends ObjectFolderContract {

    private @Nullable LoopbackS3 s3;

    @BeforeEach
    void start() throws IOException {
        s3 = new LoopbackS3(folder.resolve("s3"), "bucket");
    }

    @AfterEach
    void stop() throws IOException {
        if (s3 != null) s3.close();
    }

    @Override
    protected ObjectFolder bucket() {
        return bucket("bucket");
    }

    private ObjectFolder bucket(String name) {
        return Objects.requireNonNull(s3).bucket(name);
    }

    @Test
    void aFileLargerThanAPartGoesUpInPartsAndComesBackTheSame() throws IOException {
        Path large = folder.resolve("large");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength((64 << 20) + 5);
            file.seek((64 << 20) - 2);
            file.writeLong(0x0123_4567_89ab_cdefL);
        }
        bucket().upload(large, "large");
        bucket().download("large", folder.resolve("back"));
        assertThat(Sha256.of(folder.resolve("back"))).isEqualTo(Sha256.of(large));
        assertThat(bucket().uploadIf(Optional.empty(), large, "large")).isFalse();
        assertThat(bucket().uploadIf(Optional.of("\"00\""), large, "large")).isFalse();
    }

    @Test
    void aBucketThatIsNotThereIsNamedInTheError() {
        assertThatThrownBy(() -> bucket("absent").write("key", bytes("x")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("s3://absent/: cannot write key");
    }
}
