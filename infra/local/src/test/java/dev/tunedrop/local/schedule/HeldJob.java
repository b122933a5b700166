package dev.tunedrop.local.schedule;

import java.nio.file.Files;
import java.nio.file.Path;

/// A job that has its machine until the file that HOLD names is there; without one it ends at once.
public final class HeldJob {

    private HeldJob() {}

    public static void main(String[] args) throws InterruptedException {
        String file = System.getenv("HOLD");
        while (file != null && !Files.exists(Path.of(file))) Thread.sleep(50);
    }
}
