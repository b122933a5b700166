package dev.tunedrop.functions;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.functions.cloud.Cloud;

/// What a function does before Lambda takes a snapshot of it: asks the ledger and the artefact bucket once for what is
/// not there, so that the classes, connections' keys and credentials that every first call needs are in the snapshot.
/// It changes nothing anywhere, and a function without the right to ask is primed as well by being refused.
final class Priming implements Resource {

    private static final Logger LOG = LoggerFactory.getLogger(Priming.class);
    private static final String NOTHING = "priming";

    /// CRaC's context holds its resources weakly.
    private static final List<Resource> KEPT = new CopyOnWriteArrayList<>();

    private final Cloud cloud;

    Priming(Cloud cloud) {
        this.cloud = cloud;
    }

    /// Only where a snapshot will be taken: elsewhere nobody would ever ask, or let go of, the cloud.
    static void register(Cloud cloud) {
        if (!Configuration.value("AWS_LAMBDA_INITIALIZATION_TYPE", "").equals("snap-start")) return;
        Priming priming = new Priming(cloud);
        KEPT.add(priming);
        Core.getGlobalContext().register(priming);
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
        ask("the ledger", () -> cloud.ledger().find(NOTHING).isPresent());
        ask("the artefact bucket", () -> cloud.artefacts().head(NOTHING).isPresent());
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {
        LOG.debug("restored");
    }

    /// A question whose answer does not matter.
    private interface Question {
        boolean answer();
    }

    private static void ask(String whom, Question question) {
        try {
            LOG.info("primed by {}: {}", whom, question.answer() ? "found" : "not found");
        } catch (RuntimeException e) {
            LOG.info("primed by {}, which refused: {}", whom, e.getMessage());
        }
    }
}
