package dev.tunedrop.local.lambda.runtime;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Assumptions;

/// The package that the build has made of the functions.
public final class FunctionsPackage {

    private FunctionsPackage() {}

    public static Path zip() {
        Path zip = Path.of(System.getProperty("tunedrop.root", "."), "functions", "target", "lambda.zip");
        Assumptions.assumeTrue(
                Files.isRegularFile(zip), "the functions are not packaged (./mvnw -pl functions -am package): " + zip);
        return zip;
    }
}
