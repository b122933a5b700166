package dev.tunedrop.events.artefact;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

/// A safetensors header, read strictly: UTF-8, starts with `{`, no duplicate keys, known types, sizes that fit,
/// offsets that run from 0 to the end of the file without a hole or an overlap. Spaces may pad its end.
///
/// Upstream's reader lets white space stand before the brace although its specification forbids it; here it is
/// refused. Fields that the specification does not name are refused as well.
record SafetensorsHeader(Map<String, TensorInfo> tensors, Map<String, String> metadata) {

    /// The format's own limit.
    static final long MAX_BYTES = 100_000_000;

    static final String METADATA = "__metadata__";

    /// @param dataBytes what the file holds after the header
    static SafetensorsHeader parse(byte[] json, long dataBytes, String origin) {
        if (json[0] != '{') throw new InvalidDocument(origin + ": the header must start with {");
        try {
            return new Parser(text(json, origin), origin).read(dataBytes);
        } catch (JsonProcessingException e) {
            throw new InvalidDocument(
                    origin + ": the header is not valid JSON at byte "
                            + e.getLocation().getCharOffset() + " (a duplicate key counts)",
                    e);
        } catch (IOException e) {
            throw new InvalidDocument(origin + ": the header could not be read: " + e.getMessage(), e);
        }
    }

    private static String text(byte[] json, String origin) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidDocument(origin + ": the header is not UTF-8", e);
        }
    }

    private record Parser(JsonParser json, String origin) {

        Parser(String text, String origin) throws IOException {
            this(Json.mapper().createParser(text), origin);
        }

        SafetensorsHeader read(long dataBytes) throws IOException {
            List<TensorInfo> found = new ArrayList<>();
            Map<String, String> metadata = Map.of();
            expect(JsonToken.START_OBJECT, "the header must be an object");
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                if (name.equals(METADATA)) metadata = metadata();
                else found.add(tensor(name));
            }
            if (json.nextToken() != null) throw refused("something follows the header's object");
            found.sort(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
            contiguous(found, dataBytes);
            Map<String, TensorInfo> tensors = LinkedHashMap.newLinkedHashMap(found.size());
            for (TensorInfo tensor : found) tensors.put(tensor.name(), tensor);
            return new SafetensorsHeader(Collections.unmodifiableMap(tensors), metadata);
        }

        private Map<String, String> metadata() throws IOException {
            Map<String, String> entries = new LinkedHashMap<>();
            expect(JsonToken.START_OBJECT, METADATA + " must be an object");
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String key = json.currentName();
                expect(JsonToken.VALUE_STRING, METADATA + "." + key + " must be a string");
                entries.put(key, json.getText());
            }
            return Collections.unmodifiableMap(entries);
        }

        private TensorInfo tensor(String name) throws IOException {
            expect(JsonToken.START_OBJECT, name + " must be an object");
            DType dtype = null;
            List<Long> shape = null;
            List<Long> offsets = null;
            while (json.nextToken() != JsonToken.END_OBJECT) {
                switch (json.currentName()) {
                    case "dtype" -> dtype = dtype(name);
                    case "shape" -> shape = numbers(name + ".shape");
                    case "data_offsets" -> offsets = numbers(name + ".data_offsets");
                    default -> throw refused(name + "." + json.currentName() + " is not a field of the format");
                }
            }
            return tensor(
                    name,
                    present(dtype, name, "dtype"),
                    present(shape, name, "shape"),
                    present(offsets, name, "data_offsets"));
        }

        private TensorInfo tensor(String name, DType dtype, List<Long> shape, List<Long> offsets) {
            if (offsets.size() != 2 || offsets.get(0) > offsets.get(1))
                throw refused(name + ".data_offsets must be [begin, end], was " + offsets);
            long begin = offsets.get(0);
            long end = offsets.get(1);
            long size;
            try {
                size = TensorInfo.byteSize(dtype, shape);
            } catch (ArithmeticException e) {
                throw new InvalidDocument(origin + ": " + name + " of shape " + shape + " is larger than any file", e);
            }
            if (size != end - begin)
                throw refused("%s of shape %s and type %s takes %d bytes, and its data_offsets give it %d"
                        .formatted(name, shape, dtype, size, end - begin));
            return new TensorInfo(name, dtype, shape, begin, end);
        }

        private DType dtype(String name) throws IOException {
            expect(JsonToken.VALUE_STRING, name + ".dtype must be a string");
            String word = json.getText();
            for (DType known : DType.values()) if (known.name().equals(word)) return known;
            throw refused(name + ".dtype " + word + " is not known here");
        }

        private List<Long> numbers(String field) throws IOException {
            List<Long> numbers = new ArrayList<>();
            expect(JsonToken.START_ARRAY, field + " must be an array");
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (json.currentToken() != JsonToken.VALUE_NUMBER_INT || json.getLongValue() < 0)
                    throw refused(field + " must hold whole numbers of at least 0");
                numbers.add(json.getLongValue());
            }
            return numbers;
        }

        private void contiguous(List<TensorInfo> tensors, long dataBytes) {
            long reached = 0;
            for (TensorInfo tensor : tensors) {
                if (tensor.begin() != reached)
                    throw refused("%s begins at byte %d, and the tensor before it ends at %d; no %s is allowed"
                            .formatted(
                                    tensor.name(),
                                    tensor.begin(),
                                    reached,
                                    tensor.begin() > reached ? "hole" : "overlap"));
                reached = tensor.end();
            }
            if (reached > dataBytes)
                throw refused(
                        "is cut short: the header tells of %d bytes of tensors, and the file holds %d; fetch it again"
                                .formatted(reached, dataBytes));
            if (reached < dataBytes)
                throw refused("%d bytes follow the last tensor; none may".formatted(dataBytes - reached));
        }

        private void expect(JsonToken token, String orElse) throws IOException {
            if (json.nextToken() != token) throw refused(orElse);
        }

        private <T> T present(@Nullable T value, String name, String field) {
            if (value == null) throw refused(name + " has no " + field);
            return value;
        }

        private InvalidDocument refused(String why) {
            return new InvalidDocument(origin + ": " + why);
        }
    }
}
