package dev.tunedrop.functions.dataset;

import java.util.List;

import org.jspecify.annotations.Nullable;

/// A parsed JSON value that knows the byte offset at which it starts in its line.
public sealed interface JsonValue {

    int at();

    record Obj(int at, List<Member> members) implements JsonValue {
        public @Nullable JsonValue get(String name) {
            return get(name, members.size());
        }

        /// Among the first `count` members.
        @Nullable
        JsonValue get(String name, int count) {
            for (int m = count - 1; m >= 0; m--)
                if (members.get(m).name().equals(name)) return members.get(m).value();
            return null;
        }

        public boolean has(String name) {
            return get(name) != null;
        }
    }

    record Member(int at, String name, JsonValue value) {}

    record Arr(int at, List<JsonValue> items) implements JsonValue {}

    record Str(int at, String text) implements JsonValue {}

    /// @param text as written
    record Num(int at, String text) implements JsonValue {}

    record Bool(int at, boolean value) implements JsonValue {}

    record Null(int at) implements JsonValue {}
}
