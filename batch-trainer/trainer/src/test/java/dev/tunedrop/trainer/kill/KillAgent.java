package dev.tunedrop.trainer.kill;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

import org.jspecify.annotations.Nullable;

/// A Java agent: `-javaagent:JAR=POINT,SIGNAL,OCCURRENCE` kills the process there.
public final class KillAgent {

    private KillAgent() {}

    public static void premain(String argument, Instrumentation instrumentation) {
        String[] words = argument.split(",", -1);
        Place place = KillPoint.valueOf(words[0]).place;
        Kill.arm(Kill.Fault.valueOf(words[1]), Integer.parseInt(words[2]), place.within());
        String woven = place.className().replace('.', '/');
        instrumentation.addTransformer(new ClassFileTransformer() {
            @Override
            public byte @Nullable [] transform(
                    @Nullable ClassLoader loader,
                    @Nullable String name,
                    @Nullable Class<?> old,
                    @Nullable ProtectionDomain domain,
                    byte[] classFile) {
                return woven.equals(name) ? Weaver.weave(classFile, place).classFile() : null;
            }
        });
    }

    /// A jar that names this class and holds nothing: the class itself is on the class path.
    static Path jar(Path folder) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(new Attributes.Name("Premain-Class"), KillAgent.class.getName());
        Path file = folder.resolve("kill-agent.jar");
        try (OutputStream out = Files.newOutputStream(file)) {
            new JarOutputStream(out, manifest).close();
        }
        return file;
    }
}
