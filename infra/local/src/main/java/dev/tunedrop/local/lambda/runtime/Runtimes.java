package dev.tunedrop.local.lambda.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.local.lambda.FunctionError;
import dev.tunedrop.local.lambda.FunctionSpec;
import dev.tunedrop.local.lambda.Sandbox;

/// Starts functions as Lambda's managed runtime for Java does: the same client, the same switches of the JVM, a working
/// folder that holds the unpacked package, and the package's classes seen by the client's class loader only.
public final class Runtimes implements Sandbox.Maker {

    private static final String CLIENT = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

    /// The client itself and what it needs; the function's own classes are not among them.
    private static final List<String> RUNTIME = List.of(
            CLIENT,
            "com.amazonaws.services.lambda.runtime.Context",
            "com.amazonaws.services.lambda.runtime.serialization.PojoSerializer",
            "software.amazon.awssdk.utilslite.SdkInternalThreadLocal");

    /// Of a function's memory, what Lambda leaves to the heap.
    private static final double HEAP_SHARE = 0.85;

    private final Path task;
    private final Path jni;
    private final Path logs;
    private final Map<String, String> environment;

    /// @param zip the package, as it is deployed
    /// @param folder takes the unpacked package and the functions' logs
    /// @param environment what functions are told
    public Runtimes(Path zip, Path folder, Map<String, String> environment) {
        if (!Files.isRegularFile(zip))
            throw new UserMistake("the functions' package " + zip
                    + " is not there. Build it with: ./mvnw -pl functions -am package -Dmaven.test.skip=true");
        this.environment = Map.copyOf(environment);
        try {
            this.logs = Files.createDirectories(folder.resolve("logs"));
            this.task = unpacked(zip, folder);
            this.jni = nativePart(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack " + zip + " to " + folder, e);
        }
    }

    @Override
    public Sandbox open(FunctionSpec function) throws FunctionError, InterruptedException {
        return RuntimeSandbox.open(function, command(function), logs.resolve(function.name() + ".log"));
    }

    /// The command line of Lambda's managed runtime, less its archive of classes and its place.
    ProcessBuilder command(FunctionSpec function) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:MaxHeapSize=" + (long) (function.memoryMiB() * HEAP_SHARE) + "m");
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:+TieredCompilation", "-XX:TieredStopAtLevel=1"));
        command.add("--add-opens=java.base/java.io=ALL-UNNAMED");
        command.add("-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac");
        command.addAll(List.of("-Djava.net.preferIPv4Stack=true", "-XX:+ErrorFileToStderr"));
        command.add("-Dcom.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI=" + jni);
        command.addAll(List.of("-classpath", classPath(), CLIENT, function.handler()));
        ProcessBuilder builder = new ProcessBuilder(command).directory(task.toFile());
        Map<String, String> told = builder.environment();
        told.putAll(environment);
        told.put("LAMBDA_TASK_ROOT", task.toString());
        told.put("_HANDLER", function.handler());
        told.put("AWS_LAMBDA_FUNCTION_NAME", function.name());
        told.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
        told.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(function.memoryMiB()));
        told.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + function.name());
        told.put("AWS_LAMBDA_LOG_STREAM_NAME", "local");
        told.putIfAbsent("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        return builder;
    }

    private static String classPath() {
        return RUNTIME.stream()
                .map(Runtimes::jarOf)
                .map(Path::toString)
                .distinct()
                .collect(Collectors.joining(":"));
    }

    private static Path jarOf(String type) {
        try {
            return Path.of(Class.forName(type)
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (ClassNotFoundException | URISyntaxException e) {
            throw new IllegalStateException("Lambda's runtime interface client is not on the class path", e);
        }
    }

    /// Named by its content, so that a package is unpacked once.
    private static Path unpacked(Path zip, Path folder) throws IOException {
        Path target = folder.resolve("package-" + Sha256.of(zip).substring(0, 16));
        if (Files.isDirectory(target)) return target;
        Path part = Files.createDirectories(
                folder.resolve("package.part-" + ProcessHandle.current().pid()));
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path file = part.resolve(entry.getName()).normalize();
                if (!file.startsWith(part)) throw new IOException("the package names a file outside of itself");
                if (entry.isDirectory()) Files.createDirectories(file);
                else {
                    Files.createDirectories(file.getParent());
                    Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        return target;
    }

    /// The client's native part in a file of ours: by itself it would use one place for all that run on a machine.
    private static Path nativePart(Path folder) throws IOException {
        String machine = System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
        String name = "libaws-lambda-jni.linux-" + machine + ".so";
        try (InputStream in = Runtimes.class.getResourceAsStream("/jni/" + name)) {
            if (in == null) throw new IOException("Lambda's runtime interface client has no " + name);
            Path file = folder.resolve(name);
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        }
    }
}
