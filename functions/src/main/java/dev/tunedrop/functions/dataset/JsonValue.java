package dev.tunedrop.functions.dataset;

import java.util.List;

import org.jspecify.annotations.Nullable;

/// A parsed JSON value that knows the byte offset at which it starts in its line.
public sealed interface JsonValue {

    int at();

    record Obj(int at, List<Member> members) implements JsonValue {
        public @Nullable JsonValue get(String name) {
            JsonValue last = null;
            for (Member member : members) if (member.name().equals(name)) last = member.value();
            return last;
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
