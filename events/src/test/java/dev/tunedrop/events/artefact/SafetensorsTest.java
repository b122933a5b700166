package dev.tunedrop.events.artefact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.events.artefact.SafetensorsWriter.Tensor;
import dev.tunedrop.events.json.InvalidDocument;

/// The reader's rules, each with a file that breaks it; the abuse cases are those of upstream's tests.
class SafetensorsTest {

    @TempDir
    Path folder;

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Path file = folder.resolve("a.safetensors");
        SafetensorsWriter.write(
                file,
                Map.of("format", "pt"),
                List.of(
                        Tensor.ofFloats("b", new long[] {2, 2}, 1, -2, 3.5f, 0),
                        Tensor.ofFloats("scalar", new long[0], 7)));
        try (Safetensors tensors = Safetensors.open(file)) {
            assertThat(tensors.metadata()).containsExactly(Map.entry("format", "pt"));
            assertThat(tensors.tensor("b").shape()).containsExactly(2L, 2L);
            assertThat(tensors.bytes("b").toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
                    .containsExactly(1, -2, 3.5f, 0);
            assertThat(tensors.tensor("scalar").elements()).isEqualTo(1);
        }
    }

    @Test
    void theBytesDoNotDependOnTheOrderOfTheTensors() throws IOException {
        Tensor a = Tensor.ofFloats("a", new long[] {1}, 1);
        Tensor b = Tensor.ofFloats("b", new long[] {1}, 2);
        SafetensorsWriter.write(folder.resolve("ab"), Map.of("x", "1", "y", "2"), List.of(a, b));
        SafetensorsWriter.write(folder.resolve("ba"), Map.of("y", "2", "x", "1"), List.of(b, a));
        assertThat(folder.resolve("ab")).hasSameBinaryContentAs(folder.resolve("ba"));
    }

    @Test
    void theHeaderIsPaddedSoThatTensorsAreAligned() throws IOException {
        Path file = folder.resolve("a.safetensors");
        SafetensorsWriter.write(file, Map.of(), List.of(Tensor.ofFloats("odd", new long[] {1}, 1)));
        assertThat(ByteBuffer.wrap(Files.readAllBytes(file))
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getLong()
                        % 8)
                .isZero();
    }

    @Test
    void anEmptyTensorAndAnEmptyFileAreFine() throws IOException {
        Path file = folder.resolve("empty.safetensors");
        SafetensorsWriter.write(file, Map.of(), List.of(Tensor.ofFloats("none", new long[] {2, 0})));
        try (Safetensors tensors = Safetensors.open(file)) {
            assertThat(tensors.bytes("none").byteSize()).isZero();
        }
        SafetensorsWriter.write(file, Map.of(), List.of());
        try (Safetensors tensors = Safetensors.open(file)) {
            assertThat(tensors.tensors()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "overlap            | {'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},'b':{'dtype':'U8','shape':[6],'data_offsets':[2,8]}} | no overlap is allowed",
                "the same bytes     | {'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8]},'b':{'dtype':'U8','shape':[8],'data_offsets':[0,8]}} | no overlap is allowed",
                "a hole             | {'a':{'dtype':'U8','shape':[3],'data_offsets':[0,3]},'b':{'dtype':'U8','shape':[4],'data_offsets':[4,8]}} | no hole is allowed",
                "a hole at the start| {'a':{'dtype':'U8','shape':[7],'data_offsets':[1,8]}} | no hole is allowed",
                "trailing bytes     | {'a':{'dtype':'U8','shape':[7],'data_offsets':[0,7]}} | 1 bytes follow the last tensor",
                "cut short          | {'a':{'dtype':'U8','shape':[9],'data_offsets':[0,9]}} | is cut short",
                "duplicate tensor   | {'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8]},'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8]}} | duplicate",
                "duplicate field    | {'a':{'dtype':'U8','dtype':'U8','shape':[8],'data_offsets':[0,8]}} | duplicate",
                "duplicate metadata | {'__metadata__':{'x':'1','x':'2'},'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8]}} | duplicate",
                "checked multiply   | {'a':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,8]}} | larger than any file",
                "offset overflow    | {'a':{'dtype':'U8','shape':[8],'data_offsets':[0,99999999999999999999]}} | not valid JSON",
                "size and shape     | {'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | takes 12 bytes",
                "falling offsets    | {'a':{'dtype':'U8','shape':[8],'data_offsets':[8,0]}} | must be [begin, end]",
                "negative           | {'a':{'dtype':'U8','shape':[-8],'data_offsets':[0,8]}} | at least 0",
                "fraction           | {'a':{'dtype':'U8','shape':[8.0],'data_offsets':[0,8]}} | whole numbers",
                "unknown type       | {'a':{'dtype':'F7','shape':[8],'data_offsets':[0,8]}} | F7 is not known",
                "unknown field      | {'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8],'x':0}} | not a field",
                "no shape           | {'a':{'dtype':'U8','data_offsets':[0,8]}} | has no shape",
                "number as metadata | {'__metadata__':{'x':1},'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8]}} | must be a string",
                "leading space      | ` {'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8]}}` | must start with {",
                "an array           | [] | must start with {",
                "two objects        | {'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8]}}{} | something follows",
                "not closed         | {'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8]} | not valid JSON",
            })
    void aHeaderThatBreaksARuleIsRefused(String what, String header, String message) throws IOException {
        Path file = file(header.replace('\'', '"').getBytes(StandardCharsets.UTF_8), new byte[8]);
        assertThatThrownBy(() -> Safetensors.open(file).close())
                .as(what)
                .isInstanceOf(InvalidDocument.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void theSameHeaderWithoutTheFaultIsAccepted() throws IOException {
        String header = "{\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]},"
                + "\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}   ";
        try (Safetensors tensors = Safetensors.open(file(header.getBytes(StandardCharsets.UTF_8), new byte[8]))) {
            assertThat(tensors.tensors().keySet()).containsExactly("a", "b");
        }
    }

    @Test
    void aHeaderThatIsNotUtf8IsRefused() throws IOException {
        byte[] header =
                "{\"é\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}".getBytes(StandardCharsets.ISO_8859_1);
        Path file = file(header, new byte[0]);
        assertThatThrownBy(() -> Safetensors.open(file).close()).hasMessageContaining("not UTF-8");
    }

    @Test
    void aDeeplyNestedHeaderIsRefusedAndDoesNotOverflowTheStack() throws IOException {
        Path file = file(("{\"a\":" + "[".repeat(200_000)).getBytes(StandardCharsets.UTF_8), new byte[0]);
        assertThatThrownBy(() -> Safetensors.open(file).close()).isInstanceOf(InvalidDocument.class);
    }

    @Test
    void aHeaderLengthBeyondTheLimitIsRefusedBeforeAnythingIsRead() throws IOException {
        for (long length : new long[] {100_000_001, -1, Long.MIN_VALUE, 0, 1}) {
            Path file = folder.resolve("bomb");
            Files.write(
                    file,
                    ByteBuffer.allocate(64)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(length)
                            .array());
            assertThatThrownBy(() -> Safetensors.open(file).close()).hasMessageContaining("the format allows");
        }
    }

    @Test
    void aFileCutShortAnywhereIsRefused() throws IOException {
        Path whole = folder.resolve("whole");
        SafetensorsWriter.write(whole, Map.of(), List.of(Tensor.ofFloats("a", new long[] {2}, 1, 2)));
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = folder.resolve("cut");
        for (int length = 0; length < bytes.length; length++) {
            Files.write(cut, java.util.Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> Safetensors.open(cut).close())
                    .as("%d bytes", length)
                    .isInstanceOf(InvalidDocument.class);
        }
    }

    @Test
    void notANumberAndInfinityAreFoundAndNamed() throws IOException {
        Path file = folder.resolve("nan");
        SafetensorsWriter.write(
                file,
                Map.of(),
                List.of(
                        Tensor.ofFloats("fine", new long[] {3}, 1, Float.MAX_VALUE, -0f),
                        Tensor.ofFloats("broken", new long[] {3}, 1, 2, Float.NaN),
                        Tensor.ofFloats("endless", new long[] {2}, Float.NEGATIVE_INFINITY, 0)));
        try (Safetensors tensors = Safetensors.open(file)) {
            tensors.requireFinite("fine");
            assertThat(tensors.firstNonFinite("endless")).hasValue(0);
            assertThatThrownBy(() -> tensors.requireFinite("broken"))
                    .hasMessageContaining("tensor broken holds NaN or infinity at element 2");
        }
    }

    @Test
    void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = folder.resolve("kept");
        Files.writeString(file, "old");
        List<Tensor> failing = new ArrayList<>();
        failing.add(Tensor.of("a", DType.U8, new long[] {4}, out -> {
            throw new IOException("No space left on device");
        }));
        assertThatThrownBy(() -> SafetensorsWriter.write(file, Map.of(), failing))
                .hasMessage("No space left on device");
        assertThat(file).hasContent("old");
        assertThat(folder.toFile().list()).containsExactly("kept");
    }

    @Test
    void aTensorWhoseBytesDoNotFitItsShapeIsNotWritten() {
        Tensor lying = Tensor.ofFloats("a", new long[] {3}, 1, 2);
        assertThatThrownBy(() -> SafetensorsWriter.write(folder.resolve("x"), Map.of(), List.of(lying)))
                .hasMessageContaining("takes 12 bytes, and 8 were written");
    }

    private Path file(byte[] header, byte[] data) throws IOException {
        Path file = folder.resolve("test.safetensors");
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(file, bytes.putLong(header.length).put(header).put(data).array());
        return file;
    }
}
