package dev.tunedrop.functions.checks.personal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// Looks for one kind in texts: finds what `Matcher.find` finds, but tries the pattern only where a match may begin.
///
/// Two things say where. A table of first characters, which the pattern itself is asked for: given one character, an
/// attempt that fails without wanting more says that no match begins with it. And the piece that the kind needs, which
/// begins at most so many characters after the match does. Belongs to one thread.
final class KindSearch {

    private static final int ASCII = 0x80;
    private static final int NEVER = -1;

    /// What of a kind is made once for all threads.
    ///
    /// @param first of each character of ASCII whether a match may begin with it
    @SuppressWarnings("ArrayRecordComponent") // never changed
    record Compiled(PersonalData.Kind kind, Pattern pattern, boolean[] first) {

        static Compiled of(PersonalData.Kind kind) {
            Pattern pattern = Pattern.compile(kind.pattern());
            Matcher matcher = pattern.matcher("");
            boolean[] first = new boolean[ASCII];
            for (int c = 0; c < ASCII; c++) first[c] = mayBegin(matcher.reset(Character.toString(c)));
            return new Compiled(kind, pattern, first);
        }
    }

    private final PersonalData.Kind kind;
    private final String needs;
    private final int within;
    private final int again;
    private final boolean[] first;
    private final Matcher matcher;

    KindSearch(Compiled compiled) {
        this.kind = compiled.kind();
        this.needs = kind.needs() == null ? "" : kind.needs();
        this.within = kind.within() == null ? NEVER : kind.within();
        this.again = kind.again() == null ? 0 : kind.again();
        this.first = compiled.first();
        this.matcher = compiled.pattern().matcher("").useTransparentBounds(true).useAnchoringBounds(false);
    }

    @SuppressWarnings("JdkObsolete") // whether more was wanted is the question here
    private static boolean mayBegin(Matcher oneCharacter) {
        return oneCharacter.lookingAt() || oneCharacter.hitEnd();
    }

    String kind() {
        return kind.kind();
    }

    /// Whether the text has what the kind needs, where a scan does not say so already.
    boolean possible(String text) {
        return needs.isEmpty() || text.contains(needs);
    }

    /// Whether a text holds the kind, checksum and all.
    boolean in(String text) {
        matcher.reset(text);
        int needed = NEVER;
        for (int at = 0; at < text.length(); at++) {
            if (within >= 0) {
                if (needed < at) needed = needed(text, at);
                if (needed < 0) return false;
                at = Math.max(at, needed - within);
            }
            char c = text.charAt(at);
            if (c < ASCII && !first[c]) continue;
            matcher.region(at, text.length());
            if (!matcher.lookingAt()) continue;
            if (passes(kind.check(), matcher.group())) return true;
            at = Math.max(at, matcher.end() - 1);
        }
        return false;
    }

    /// Where the piece stands next, and again as soon as it must.
    private int needed(String text, int from) {
        int at = text.indexOf(needs, from);
        while (again > 0 && at >= 0) {
            int next = text.indexOf(needs, at + 1);
            if (next >= 0 && next - at <= again) return at;
            at = next;
        }
        return at;
    }

    private static boolean passes(Checksums.@Nullable Check check, String match) {
        return check == null || Checksums.pass(check, match);
    }
}
