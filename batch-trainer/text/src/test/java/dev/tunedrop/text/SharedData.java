package dev.tunedrop.text;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;

/// Real tokenizers and templates, which the project does not ship, and what their owners' libraries make of a text.
final class SharedData {

    /// One tokenizer with the template it belongs to.
    record Base(String name, Path tokenizer, Path template) {
        @Override
        public String toString() {
            return name;
        }
    }

    private SharedData() {}

    static Path root() {
        Path data = Path.of(System.getProperty("tunedrop.shared", "absent"), "data");
        assumeTrue(Files.isDirectory(data), "shared data is absent: " + data);
        return data;
    }

    static List<Base> bases() {
        Path root = root();
        Path templates = root.resolve("chat_templates");
        return List.of(
                base(root, "tokenizers/llama3_2", templates.resolve("meta-llama-Llama-3.2-3B-Instruct.jinja")),
                base(root, "tokenizers/llama3_2", templates.resolve("meta-llama-Llama-3.1-8B-Instruct.jinja")),
                base(root, "tokenizers/llama3_2", templates.resolve("meta-llama-Llama-3.3-70B-Instruct.jinja")),
                base(root, "tokenizers/qwen2_5", templates.resolve("Qwen-Qwen2.5-7B-Instruct.jinja")),
                base(root, "tokenizers/mistral_nemo", templates.resolve("mistralai-Mistral-Nemo-Instruct-2407.jinja")),
                base(root, "tokenizers/gemma2", templates.resolve("google-gemma-2-2b-it.jinja")),
                base(root, "models/synthetic-tiny-llama3"),
                base(root, "models/synthetic-tiny-qwen2"),
                base(root, "models/synthetic-tiny-mistral"),
                base(root, "models/synthetic-tiny-gemma2"));
    }

    private static Base base(Path root, String folder) {
        return base(root, folder, root.resolve(folder).resolve("chat_template.jinja"));
    }

    private static Base base(Path root, String folder, Path template) {
        String name = Path.of(folder).getFileName() + " with " + template.getFileName();
        return new Base(name, root.resolve(folder), template);
    }

    /// The base's files in one folder, as a model is laid out.
    static Path laidOut(Base base, Path into) throws IOException {
        Files.createDirectories(into);
        for (String file :
                List.of("tokenizer.json", "tokenizer_config.json", "config.json", "generation_config.json")) {
            Path source = base.tokenizer().resolve(file);
            if (Files.exists(source)) Files.copy(source, into.resolve(file));
        }
        Files.copy(base.template(), into.resolve("chat_template.jinja"));
        return into;
    }

    /// What the owner's tokenizer makes of a text when control tokens in it are parsed.
    static HuggingFaceTokenizer owners(Base base) throws IOException {
        return HuggingFaceTokenizer.newInstance(
                base.tokenizer().resolve("tokenizer.json"),
                Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
    }

    static int[] ids(HuggingFaceTokenizer owners, String text) {
        long[] ids = owners.encode(text, false, false).getIds();
        int[] narrow = new int[ids.length];
        for (int t = 0; t < ids.length; t++) narrow[t] = Math.toIntExact(ids[t]);
        return narrow;
    }
}
