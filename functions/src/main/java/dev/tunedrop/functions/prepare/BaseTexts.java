package dev.tunedrop.functions.prepare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.text.TextException;

/// The text side of base models, fetched once per function instance. Weights stay where they are.
final class BaseTexts {

    private final Objects bases;
    private final Map<String, BaseText> loaded = new ConcurrentHashMap<>();

    BaseTexts(Objects bases) {
        this.bases = bases;
    }

    BaseText of(String base) {
        return loaded.computeIfAbsent(base, this::load);
    }

    private BaseText load(String base) {
        try {
            Path folder = TempFolders.create("tunedrop-base");
            try {
                return load(base, folder);
            } finally {
                TempFolders.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot fetch the text files of base " + base, e);
        } catch (TextException e) {
            throw new Rejected(
                    "base-unusable", "the base model \"" + base + "\": " + String.valueOf(e.getMessage()), e);
        }
    }

    /// The text side is held in memory; the folder is needed no more.
    private BaseText load(String base, Path folder) throws IOException {
        for (String key : bases.list(base + "/")) {
            String name = key.substring(base.length() + 1);
            boolean text = name.endsWith(".json") || name.endsWith(".jinja") || name.endsWith(".model");
            if (text && name.indexOf('/') < 0) bases.download(key, folder.resolve(name));
        }
        return BaseText.load(folder);
    }
}
