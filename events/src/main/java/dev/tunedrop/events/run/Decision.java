package dev.tunedrop.events.run;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// Which route was taken and why, and why each other one was not.
///
/// @param chosen absent when no route is possible
/// @param reserveUsd what is reserved from the budget before the job is submitted
/// @param tradeOffs provider, the first part of a route's name → what a team gains and gives up there; absent in
/// earlier versions
public record Decision(
        String runId,
        @Nullable String chosen,
        List<String> reasons,
        List<NotTaken> notTaken,
        BigDecimal reserveUsd,
        boolean needsApproval,
        @Nullable Map<String, Quote.TradeOffs> tradeOffs) {

    public Decision {
        reasons = List.copyOf(reasons);
        notTaken = List.copyOf(notTaken);
    }

    public record NotTaken(String route, String reason) {}
}
