package dev.tunedrop.libtorch.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A LibTorch version, for example 2.7.1.
///
/// @param major the first number
/// @param minor the second number
/// @param text  the version as its publisher writes it, for example `2.7.1+cu126`
public record Version(int major, int minor, String text) {
    /// The first release whose C ABI has every function used here.
    public static final Version OLDEST = new Version(2, 7, "2.7");

    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.\\d+)*(?:\\+\\w+)?");

    /// The version written in `text`, wherever in it that is.
    public static Optional<Version> parse(String text) {
        Matcher matcher = NUMBERS.matcher(text);
        if (!matcher.find()) {
            return Optional.empty();
        }
        return Optional.of(
                new Version(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), matcher.group()));
    }

    /// What `aoti_torch_abi_version` answers: the major number in the top byte, the minor in the next.
    public static Version ofAbi(long abi) {
        int major = (int) (abi >>> 56);
        int minor = (int) (abi >>> 48) & 0xff;
        return new Version(major, minor, major + "." + minor);
    }

    /// What the files around a library directory say: `version.txt` in it (written when it was unpacked here), or
    /// beside it `build-version` (the downloads of pytorch.org) or `version.py` (a Python package).
    public static Optional<Version> beside(Path directory) {
        return Stream.of("version.txt", "../build-version", "../version.py")
                .map(name -> read(directory.resolve(name)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Version> read(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new LibTorchUnavailableException(
                    file + " cannot be read (" + e.getMessage() + "); make it readable.", e);
        }
    }

    public boolean isOlderThan(Version other) {
        return major != other.major ? major < other.major : minor < other.minor;
    }

    /// Refuses a LibTorch older than [#OLDEST].
    void mustBeRecent(Path directory) {
        if (isOlderThan(OLDEST)) {
            throw new LibTorchUnavailableException("The LibTorch in " + directory + " is " + text + ", and "
                    + OLDEST.text + " or newer is needed; point " + NativeFinder.VARIABLE
                    + " at a newer one, or unset it to use the one that comes with Tunedrop.");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
