package dev.tunedrop.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/// Whatever is said, and by whom, a chat is rendered with what was said in it word for word, or refused in one sentence
/// that repeats none of it. Nothing in it becomes a control token, and what is trained is the answers.
class TemplateFuzzTest {

    private static final int MOST_MESSAGES = 6;
    private static final int MOST_CHARACTERS = 200;

    private static final BaseText TEXT =
            BaseText.load(Path.of(System.getProperty("tunedrop.root"), "models", "tunedrop-tiny"));

    @FuzzTest(maxDuration = "60s")
    void everyChatIsRenderedOrRefused(FuzzedDataProvider data) {
        List<ChatMessage> chat = new ArrayList<>();
        for (int m = data.consumeInt(1, MOST_MESSAGES); m > 0; m--) {
            String role = data.pickValue(new String[] {"system", "user", "assistant", "tool"});
            String content = wellFormed(data.consumeString(MOST_CHARACTERS));
            chat.add(new ChatMessage(role, content, role.equals("assistant") && data.consumeBoolean()));
        }
        TokenizedChat tokens;
        try {
            tokens = TEXT.tokenize(chat);
        } catch (TextException refused) {
            assertThat(refused.getMessage()).isNotBlank();
            return;
        }
        String said = TEXT.decode(tokens.ids());
        int at = 0;
        for (int m = 0; m < chat.size(); m++) {
            if (tokens.droppedMessages().contains(m)) continue;
            at = said.indexOf(chat.get(m).content(), at);
            assertThat(at).as("message %d is not there", m).isNotNegative();
            at += chat.get(m).content().length();
        }
        StringBuilder trained = new StringBuilder();
        for (ChatMessage message : chat) if (message.trained()) trained.append(message.content());
        assertThat(TEXT.decode(tokens.trainedIds())).isEqualTo(trained.toString());
    }

    private static String wellFormed(String text) {
        StringBuilder whole = new StringBuilder();
        text.codePoints()
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                .forEach(whole::appendCodePoint);
        return whole.toString();
    }
}
