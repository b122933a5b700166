package dev.tunedrop.trainer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.tunedrop.events.artefact.Safetensors;

/// Files made by other implementations, which the build does not carry; tests that need them are skipped without.
public final class SharedData {

    private SharedData() {}

    public static Path path(String relative) {
        Path data = Path.of(System.getProperty("tunedrop.shared", "../shared"), "data");
        assumeTrue(Files.isDirectory(data), "shared data is absent: " + data);
        return data.resolve(relative);
    }

    public static float[] floats(Safetensors file, String name) {
        return file.bytes(name).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
    }

    public static double[] doubles(Safetensors file, String name) {
        return file.bytes(name).toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
    }

    public static long[] longs(Safetensors file, String name) {
        return file.bytes(name).toArray(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
    }

    public static byte[] bytes(Safetensors file, String name) {
        return file.bytes(name).toArray(ValueLayout.JAVA_BYTE);
    }
}
