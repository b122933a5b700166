package dev.tunedrop.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.RunSettings;

/// Holds every contract to its golden file and its JSON Schema. To change one on purpose, run these tests with
/// `-Dtunedrop.golden=write` and let the diff be reviewed.
class ContractTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Path SCHEMAS = Path.of("src/main/resources/dev/tunedrop/events/schemas");

    static Stream<Record> contracts() {
        return Samples.all().stream();
    }

    @Test
    void theSamplesHoldEveryEventOfTheFamily() {
        Set<Class<?>> seen = contracts().map(Record::getClass).collect(Collectors.toSet());
        assertThat(seen).contains(TunedropEvent.class.getPermittedSubclasses()).hasSizeGreaterThan(20);
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void writesTheGoldenBytesAndReadsThemBack(Record contract) throws IOException {
        Path file = GOLDEN.resolve(contract.getClass().getSimpleName() + ".json");
        keep(file, Json.write(contract));
        assertThat(Json.write(contract)).isEqualTo(Files.readString(file));
        assertThat((Object) Json.read(file, contract.getClass())).isEqualTo(contract);
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void fitsItsPublishedSchema(Record contract) throws IOException {
        Path file = SCHEMAS.resolve(contract.getClass().getSimpleName() + ".schema.json");
        String schema = schemaOf(contract.getClass());
        keep(file, schema);
        assertThat(schema).isEqualTo(Files.readString(file));
        var validator =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
        assertThat(validator.validate(Json.mapper().readTree(Json.write(contract))))
                .isEmpty();
        assertThat(validator.validate(Json.mapper().readTree("{}"))).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void oldConsumersAcceptAnAddedOptionalField(Record contract) {
        ObjectNode newer = Json.mapper().valueToTree(contract);
        newer.put("addedLater", "something");
        assertThat((Object) Json.convert(newer, contract.getClass(), "newer")).isEqualTo(contract);
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void droppingARequiredFieldIsRefusedByName(Record contract) {
        for (RecordComponent component : contract.getClass().getRecordComponents()) {
            ObjectNode poorer = Json.mapper().valueToTree(contract);
            poorer.remove(component.getName());
            // Every setting has a default, which settings frozen by an older version get.
            if (optional(component.getAnnotatedType()) || contract instanceof RunSettings) {
                assertThat((Object) Json.convert(poorer, contract.getClass(), "poorer"))
                        .isNotNull();
            } else {
                assertThatExceptionOfType(InvalidDocument.class)
                        .isThrownBy(() -> Json.convert(poorer, contract.getClass(), "poorer"))
                        .withMessageContaining(component.getName());
            }
        }
    }

    @Test
    void anEventIsReadByItsWireName() {
        for (Record sample : Samples.all()) {
            if (!(sample instanceof TunedropEvent event)) continue;
            JsonNode detail = Json.mapper().valueToTree(event);
            assertThat(TunedropEvent.read(event.wireName(), detail)).isEqualTo(event);
        }
        assertThatExceptionOfType(InvalidDocument.class)
                .isThrownBy(() -> TunedropEvent.read("Elsewhere", Json.mapper().createObjectNode()))
                .withMessageContaining("Elsewhere");
    }

    private static String schemaOf(Class<?> type) {
        SchemaGeneratorConfigBuilder config = new SchemaGeneratorConfigBuilder(
                        Json.mapper(), SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .with(Option.FLATTENED_ENUMS, Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES)
                .with(Option.INLINE_ALL_SCHEMAS);
        config.forFields()
                .withRequiredCheck(field -> !optional(field.getRawMember().getAnnotatedType()));
        return Json.write(new SchemaGenerator(config.build()).generateSchema(type));
    }

    private static boolean optional(AnnotatedElement type) {
        return Arrays.stream(type.getAnnotations()).anyMatch(annotation -> annotation instanceof Nullable);
    }

    private static void keep(Path file, String content) throws IOException {
        if (!"write".equals(System.getProperty("tunedrop.golden"))) return;
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
