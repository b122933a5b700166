package dev.tunedrop.functions.quote;

import java.util.ArrayList;
import java.util.List;

import dev.tunedrop.events.run.RunSettings.Method;

/// Why our own trainer would refuse to train a base on these rows in this way, before anybody pays for a machine.
final class Untrainable {

    private Untrainable() {}

    static List<String> reasons(BaseFacts base, Method method, Lesson lesson) {
        List<String> reasons = new ArrayList<>();
        if (lesson.labels() && base.generates())
            reasons.add("%s answers with text, and the rows are texts with labels; choose an encoder such as bert-base"
                    .formatted(base.name()));
        if (!lesson.labels() && !base.generates())
            reasons.add("%s is an encoder, which learns rows of text and label alone; choose a base that answers"
                    .formatted(base.name()));
        if (lesson.pairs() && method == Method.FULL)
            reasons.add("preference pairs need the base beside what is trained; set \"method\" to lora or qlora");
        return reasons;
    }
}
