package dev.tunedrop.endpoint.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.PromptProfile;
import dev.tunedrop.events.run.PromptTally;

class PromptCountsTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T10:15:30Z"), ZoneOffset.UTC);

    private final Map<String, byte[]> bucket = new TreeMap<>();
    private boolean away;

    private PromptCounts counting() {
        return new PromptCounts(
                (key, content) -> {
                    if (away) throw new IOException("the bucket is away");
                    bucket.put(key, content);
                },
                CLOCK);
    }

    private static PromptProfile of(int[]... prompts) {
        PromptTally tally = new PromptTally();
        for (int[] prompt : prompts) tally.add(prompt, prompt.length);
        return tally.profile();
    }

    private List<PromptProfile> left(String prefix) {
        return bucket.entrySet().stream()
                .filter(each -> each.getKey().startsWith(prefix))
                .map(each -> Json.read(each.getValue(), PromptProfile.class, each.getKey()))
                .toList();
    }

    @Test
    void whatCameInSinceTheLastTimeIsLeftUnderAdapterDayAndTime() {
        try (PromptCounts counts = counting()) {
            counts.seen("support-1", new int[] {1, 2, 3});
            counts.seen("orders-1", new int[] {4});
            counts.flush();
            assertThat(left("profiles/support-1/2026-11-22/101530-")).containsExactly(of(new int[] {1, 2, 3}));
            assertThat(left("profiles/orders-1/")).containsExactly(of(new int[] {4}));
            counts.flush();
            assertThat(bucket).as("nothing came in").hasSize(2);
        }
    }

    @Test
    void theEndLeavesWhatNobodyHasSeenYet() {
        try (PromptCounts counts = counting()) {
            counts.seen("support-1", new int[] {1, 2, 3});
            assertThat(bucket).isEmpty();
        }
        assertThat(left("profiles/support-1/")).hasSize(1);
    }

    @Test
    void whatCannotBePutIsKeptForTheNextTime() {
        try (PromptCounts counts = counting()) {
            away = true;
            counts.seen("support-1", new int[] {1, 2, 3});
            counts.flush();
            away = false;
            counts.seen("support-1", new int[] {4, 5});
            counts.flush();
        }
        assertThat(left("profiles/support-1/")).containsExactly(of(new int[] {1, 2, 3}, new int[] {4, 5}));
    }

    @Test
    void noTokenAndNoTextCanBeReadFromWhatIsLeft() {
        try (PromptCounts counts = counting()) {
            counts.seen("support-1", new int[] {104_729, 15_485_863});
        }
        assertThat(new String(bucket.values().iterator().next(), StandardCharsets.UTF_8))
                .doesNotContain("104729", "15485863");
    }
}
