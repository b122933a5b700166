package dev.tunedrop.local.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.provider.Providers;
import dev.tunedrop.local.Addresses;
import dev.tunedrop.local.CloudOptions;
import dev.tunedrop.local.LocalCloud;
import dev.tunedrop.local.Names;
import dev.tunedrop.local.console.CloudRunViews;
import dev.tunedrop.local.console.ConsoleServer;
import dev.tunedrop.local.console.FigureLog;
import dev.tunedrop.local.console.RunViews;
import dev.tunedrop.local.console.aws.SfnHistories;

/// The local cloud of one state folder: found by the addresses it left there, or started in this process. Either way
/// it is reached as an application would reach AWS, over the SDK.
final class LocalClouds implements Clouds {

    private final Home home;

    LocalClouds(Home home) {
        this.home = home;
    }

    @Override
    public Optional<RunningCloud> find() {
        return Addresses.find(home.state()).map(addresses -> {
            addresses.systemProperties().forEach(System::setProperty);
            SfnHistories histories = SfnHistories.connect(Names.STATE_MACHINE);
            Cloud cloud = Wiring.cloud();
            return new RunningCloud(
                    cloud, LocalClouds::services, views(cloud, histories), consoleAddress(), histories::close);
        });
    }

    @Override
    public RunningCloud start(int consolePort, boolean fidelity) {
        LocalCloud local = startCloud(fidelity);
        try {
            SfnHistories histories = SfnHistories.connect(Names.STATE_MACHINE);
            Cloud cloud = Wiring.cloud();
            RunViews views = views(cloud, histories);
            ConsoleServer console = ConsoleServer.start(views, consolePort);
            Files.writeString(consoleFile(), console.address().toString());
            return new RunningCloud(cloud, LocalClouds::services, views, console.address(), () -> {
                console.close();
                histories.close();
                local.close();
            });
        } catch (RuntimeException e) {
            local.close();
            throw e;
        } catch (IOException e) {
            local.close();
            throw new UncheckedIOException("cannot write " + consoleFile(), e);
        }
    }

    private static Providers services() {
        return Wiring.services().providers();
    }

    private LocalCloud startCloud(boolean fidelity) {
        try {
            CloudOptions options = CloudOptions.standard(home.state(), home.models());
            return LocalCloud.start(fidelity ? options.withFunctionsIn(home.functionsPackage()) : options);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the local cloud in " + home.cloud(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the local cloud started", e);
        }
    }

    private RunViews views(Cloud cloud, SfnHistories histories) {
        FigureLog figures = new FigureLog(FigureLog.file(home.state()));
        return new CloudRunViews(cloud.ledger(), cloud.artefacts(), histories, figures);
    }

    private Path consoleFile() {
        return home.cloud().resolve("console.address");
    }

    private @Nullable URI consoleAddress() {
        try {
            return Files.exists(consoleFile())
                    ? URI.create(Files.readString(consoleFile()).strip())
                    : null;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + consoleFile(), e);
        }
    }
}
