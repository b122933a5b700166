package dev.tunedrop.functions.budget;

import java.math.BigDecimal;
import java.time.Instant;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.Settlement;
import dev.tunedrop.functions.cloud.Cloud;

/// Closes reservations that nobody will settle any more: their deadline is the longest a run may take, so whatever held
/// them is dead. What the run is known to have cost counts as spent, by its settlement or else by the result that its
/// job left; the rest is free again.
public final class Reclaim {

    private static final Logger LOG = LoggerFactory.getLogger(Reclaim.class);

    private final Cloud cloud;

    public Reclaim(Cloud cloud) {
        this.cloud = cloud;
    }

    public void run(Instant now) {
        for (String runId : cloud.budget().expired(now)) {
            RunFiles files = new RunFiles(runId);
            BigDecimal spent = cloud.artefacts()
                    .findJson(files.settlement(), Settlement.class)
                    .map(Settlement::actualUsd)
                    .or(() -> Spending.of(cloud.artefacts(), files).map(Spending::usd))
                    .orElse(BigDecimal.ZERO);
            LOG.warn("the reservation of run {} is past its deadline; ${} of it count as spent", runId, spent);
            cloud.budget().settle(runId, spent);
        }
    }
}
