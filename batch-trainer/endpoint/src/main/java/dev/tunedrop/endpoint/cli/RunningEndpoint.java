package dev.tunedrop.endpoint.cli;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.endpoint.decoder.BaseWords;
import dev.tunedrop.endpoint.decoder.DecoderModel;
import dev.tunedrop.endpoint.encoder.EncoderModel;
import dev.tunedrop.endpoint.generate.Classifying;
import dev.tunedrop.endpoint.generate.PromptWatch;
import dev.tunedrop.endpoint.generate.ServedAdapter;
import dev.tunedrop.endpoint.generate.Service;
import dev.tunedrop.endpoint.generate.Serving;
import dev.tunedrop.endpoint.generate.UnusableAdapter;
import dev.tunedrop.endpoint.http.EndpointServer;
import dev.tunedrop.endpoint.http.HttpOptions;
import dev.tunedrop.events.UserMistake;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.text.TextException;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.run.Compute;

/// An endpoint with everything it holds, closed in the order opposite to how it was opened.
public final class RunningEndpoint implements AutoCloseable {

    private final Deque<AutoCloseable> held = new ArrayDeque<>();
    private final EndpointServer server;
    private final Service serving;

    /// Listens first, so that a health check finds somebody, then loads.
    ///
    /// @param name under which the base answers; absent: the directory's name
    /// @param adapters directories in PEFT layout by the name under which each answers
    /// @throws UserMistake where base, adapter or address cannot be had
    public static RunningEndpoint start(
            Path base,
            @Nullable String name,
            Map<String, Path> adapters,
            BaseOptions options,
            HttpOptions http,
            int atOnce,
            int waiting) {
        return start(base, name, adapters, options, http, atOnce, waiting, PromptWatch.NONE);
    }

    /// The same with somebody who sees what adapters are asked, closed with the endpoint.
    static RunningEndpoint start(
            Path base,
            @Nullable String name,
            Map<String, Path> adapters,
            BaseOptions options,
            HttpOptions http,
            int atOnce,
            int waiting,
            PromptWatch prompts) {
        if (atOnce < 1 || waiting < 0)
            throw new UserMistake(
                    "--at-once must be at least 1 and --waiting at least 0. Leave them out for the defaults");
        if (!Files.isDirectory(base))
            throw new UserMistake("%s is no directory. Name a base model's folder with --base".formatted(base));
        Deque<AutoCloseable> held = new ArrayDeque<>();
        try {
            hold(held, prompts);
            EndpointServer server = hold(held, EndpointServer.start(http));
            String served = name == null ? nameOf(base) : name;
            BaseText text = hold(held, BaseText.load(base));
            Compute compute = hold(held, Compute.open());
            NDManager manager = compute.newManager();
            Service serving = hold(
                    held,
                    text.encoder()
                            ? new Classifying(
                                    served, EncoderModel.load(base, served, text, options, manager), atOnce, waiting)
                            : new Serving(
                                    served,
                                    DecoderModel.load(base, served, options, manager),
                                    new BaseWords(text),
                                    atOnce,
                                    waiting,
                                    prompts));
            adapters.forEach((adapter, directory) -> load(serving, adapter, directory));
            return new RunningEndpoint(held, server, serving);
        } catch (TextException e) {
            closeAll(held);
            throw new UserMistake(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException | Error e) {
            closeAll(held);
            throw e;
        }
    }

    private RunningEndpoint(Deque<AutoCloseable> held, EndpointServer server, Service serving) {
        this.server = server;
        this.serving = serving;
        held.remove(server);
        held.push(server); // opened first to be found early, closed first so that requests can finish
        this.held.addAll(held);
        server.ready(serving);
    }

    private static <T extends AutoCloseable> T hold(Deque<AutoCloseable> held, T opened) {
        held.push(opened);
        return opened;
    }

    private static String nameOf(Path base) {
        Path last = base.toAbsolutePath().normalize().getFileName();
        return last == null ? "base" : last.toString();
    }

    private static void load(Service serving, String name, Path directory) {
        try {
            if (serving.load(name, directory) == Service.Loaded.NAME_TAKEN)
                throw new UserMistake(
                        "the adapter's name %s is taken by another model. Choose another in --adapter".formatted(name));
        } catch (UnusableAdapter e) {
            throw new UserMistake("adapter %s: %s".formatted(name, e.getMessage()), e);
        }
    }

    public URI address() {
        return server.address();
    }

    /// What answers: the base, then the adapters.
    public List<String> names() {
        List<String> names = new ArrayList<>(List.of(serving.base()));
        serving.adapters().stream().map(ServedAdapter::name).forEach(names::add);
        return names;
    }

    /// Lets the requests in flight finish, then frees everything.
    @Override
    public void close() {
        closeAll(held);
    }

    private static void closeAll(Deque<AutoCloseable> held) {
        while (!held.isEmpty()) {
            AutoCloseable each = held.pop();
            try {
                each.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("cannot close " + each, e);
            }
        }
    }
}
