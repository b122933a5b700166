package dev.tunedrop.events.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

class PromptTallyTest {

    private static PromptProfile of(int[]... prompts) {
        PromptTally tally = new PromptTally();
        for (int[] prompt : prompts) tally.add(prompt, prompt.length);
        return tally.profile();
    }

    @Test
    void aPromptCountsInTheLeastPowerOfTwoThatHoldsIt() {
        assertThat(of(new int[1], new int[2], new int[3], new int[4], new int[5], new int[64], new int[65])
                        .lengths())
                .isEqualTo(Map.of(1, 1L, 2, 1L, 4, 2L, 8, 1L, 64, 1L, 128, 1L));
    }

    @Test
    void onlyThePromptsOwnTokensCountAndNoneIsNoPrompt() {
        PromptTally tally = new PromptTally();
        tally.add(new int[] {7, 7, 9, 9, 9}, 2);
        tally.add(new int[] {9}, 0);
        assertThat(tally.profile()).isEqualTo(of(new int[] {7, 7}));
        assertThat(tally.profile().prompts()).isOne();
    }

    @Test
    void theSumOfTwoProfilesIsTheProfileOfAll() {
        int[] a = new Random(1).ints(50, 0, 100_000).toArray();
        int[] b = new Random(2).ints(9, 0, 100_000).toArray();
        assertThat(of(a).plus(of(b))).isEqualTo(of(a, b));
        assertThat(of(a).plus(PromptProfile.NONE)).isEqualTo(of(a));
    }

    @Test
    void idsOfAVocabularySpreadOverAllClasses() {
        assertThat(of(IntStream.range(0, 1600).toArray()).tokens())
                .allSatisfy(count -> assertThat(count).isBetween(80L, 120L));
    }
}
