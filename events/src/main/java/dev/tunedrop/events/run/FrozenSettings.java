package dev.tunedrop.events.run;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.ResolvableDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// Reads the settings that a run has frozen, whichever version froze them: a setting that came later has its default,
/// which does what was done before there was that setting.
final class FrozenSettings extends StdDeserializer<RunSettings> {
    private static final long serialVersionUID = 1L;

    FrozenSettings() {
        super(RunSettings.class);
    }

    @Override
    public RunSettings deserialize(JsonParser in, DeserializationContext context) throws IOException {
        JsonNode written = context.readTree(in);
        if (written instanceof ObjectNode settings) complete(settings, SettingsFile.defaultTree());
        JavaType type = context.constructType(RunSettings.class);
        // The reader of the record itself: asked for by its type it would be this one.
        JsonDeserializer<?> record = context.getFactory()
                .createBeanDeserializer(context, type, context.getConfig().introspect(type));
        if (record instanceof ResolvableDeserializer fields) fields.resolve(context);
        try (JsonParser whole = written.traverse(in.getCodec())) {
            whole.nextToken();
            return (RunSettings) record.deserialize(whole, context);
        }
    }

    /// Puts in what is not there. What is there stays, null too: that is refused like any other wrong value.
    private static void complete(ObjectNode settings, ObjectNode defaults) {
        for (var setting : defaults.properties()) {
            JsonNode there = settings.get(setting.getKey());
            if (there == null) settings.set(setting.getKey(), setting.getValue());
            else if (there instanceof ObjectNode group && setting.getValue() instanceof ObjectNode groupDefaults)
                complete(group, groupDefaults);
        }
    }
}
