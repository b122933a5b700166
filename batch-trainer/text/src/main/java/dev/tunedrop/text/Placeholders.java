package dev.tunedrop.text;

import java.util.ArrayList;
import java.util.List;

/// Stand for contents while a template is asked what it writes around them; nothing else spells them.
final class Placeholders {

    private static final char OPEN = '\uE0A5';
    private static final char CLOSE = '\uE0A6';

    private Placeholders() {}

    /// What the template writes: `literals[0]`, content of message `slots[0]`, `literals[1]`, … one more literal than
    /// slots.
    record Shape(List<String> literals, List<Integer> slots) {
        Shape {
            literals = List.copyOf(literals);
            slots = List.copyOf(slots);
        }
    }

    static String of(int message) {
        return "" + OPEN + message + CLOSE;
    }

    static Shape parse(String rendered, int messages) {
        List<String> literals = new ArrayList<>();
        List<Integer> slots = new ArrayList<>();
        int at = 0;
        for (int open = rendered.indexOf(OPEN); open >= 0; open = rendered.indexOf(OPEN, at)) {
            int close = rendered.indexOf(CLOSE, open);
            String number = close < 0 ? "" : rendered.substring(open + 1, close);
            if (number.isEmpty()
                    || !number.chars().allMatch(Character::isDigit)
                    || Integer.parseInt(number) >= messages)
                throw new TextException("the chat template takes messages apart, so it cannot be told which characters"
                        + " are trained; use a template that writes contents as they are");
            literals.add(rendered.substring(at, open));
            slots.add(Integer.parseInt(number));
            at = close + 1;
        }
        literals.add(rendered.substring(at));
        return new Shape(literals, slots);
    }
}
