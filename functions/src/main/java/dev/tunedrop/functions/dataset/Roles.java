package dev.tunedrop.functions.dataset;

import org.jspecify.annotations.Nullable;

/// The roles of formats that know only two: the user and the model.
final class Roles {

    private Roles() {}

    /// @param model the format's word for the one that is trained
    static @Nullable String of(JsonValue.Obj message, String path, String model, RowNotes notes) {
        JsonValue role = message.get("role");
        if (role == null) {
            notes.error("role-missing", message, path, "the message has no role", "Add user or " + model + ".");
            return null;
        }
        if (role instanceof JsonValue.Str text) {
            if (text.text().equals("user")) return Row.Message.USER;
            if (text.text().equals(model)) return Row.Message.ASSISTANT;
        }
        notes.error("role-unknown", role, path + ".role", "the role is neither user nor " + model, "Use one of them.");
        return null;
    }
}
