package dev.tunedrop.local.secrets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// One file per secret below a home's `secrets` folder; the secret `tunedrop/providers/openai` is the file of that
/// path. A file that anyone but its owner may read is refused.
public final class SecretFiles {

    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9_+=@-][A-Za-z0-9_+=.@-]*(/[A-Za-z0-9_+=@-][A-Za-z0-9_+=.@-]*)*");
    private static final Set<PosixFilePermission> OWNERS = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private final Path folder;

    public SecretFiles(Path home) {
        this.folder = home.resolve("secrets");
    }

    /// The file is not for its owner alone.
    public static final class Exposed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Exposed(Path file) {
            super(file + " can be read by others than its owner. Run chmod 600 on it.");
        }
    }

    public Optional<String> find(String name) {
        if (!NAME.matcher(name).matches()) return Optional.empty();
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) return Optional.empty();
        try {
            if (Files.getFileStore(file).supportsFileAttributeView("posix")
                    && !OWNERS.containsAll(Files.getPosixFilePermissions(file))) throw new Exposed(file);
            return Optional.of(Files.readString(file, StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            throw new UncheckedIOException("the secret " + name + " cannot be read", e);
        }
    }
}
