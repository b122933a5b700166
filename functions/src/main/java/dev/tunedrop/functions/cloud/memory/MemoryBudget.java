package dev.tunedrop.functions.cloud.memory;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.tunedrop.functions.cloud.Budget;

/// The budget as maps under one lock.
public final class MemoryBudget implements Budget {

    private record Reservation(Claim claim, boolean open) {}

    private final Map<String, Reservation> reservations = new HashMap<>();
    private final Map<String, Account> accounts = new HashMap<>();

    @Override
    public synchronized boolean reserve(String runId, Claim claim) {
        Reservation earlier = reservations.get(runId);
        if (earlier != null && earlier.open()) return true;
        if (!claim.isFree()
                && (over(dayKey(claim.day()), claim.amountUsd(), claim.dayCapUsd())
                        || over(datasetKey(claim.dataset()), claim.amountUsd(), claim.datasetCapUsd()))) return false;
        reservations.put(runId, new Reservation(claim, true));
        add(claim, claim.amountUsd(), BigDecimal.ZERO);
        return true;
    }

    @Override
    public synchronized void settle(String runId, BigDecimal actualUsd) {
        Reservation reservation = reservations.get(runId);
        if (reservation == null || !reservation.open()) return;
        reservations.put(runId, new Reservation(reservation.claim(), false));
        add(reservation.claim(), reservation.claim().amountUsd().negate(), actualUsd);
    }

    @Override
    public synchronized BigDecimal reserved(String runId) {
        Reservation reservation = reservations.get(runId);
        return reservation == null || !reservation.open()
                ? BigDecimal.ZERO
                : reservation.claim().amountUsd();
    }

    @Override
    public synchronized List<String> expired(Instant now) {
        return reservations.entrySet().stream()
                .filter(entry -> entry.getValue().open()
                        && entry.getValue().claim().deadline().isBefore(now))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    @Override
    public synchronized Account day(LocalDate day) {
        return account(dayKey(day));
    }

    @Override
    public synchronized Account dataset(String dataset) {
        return account(datasetKey(dataset));
    }

    private boolean over(String key, BigDecimal amount, BigDecimal cap) {
        return account(key).committedUsd().add(amount).compareTo(cap) > 0;
    }

    private void add(Claim claim, BigDecimal reserved, BigDecimal spent) {
        for (String key : List.of(dayKey(claim.day()), datasetKey(claim.dataset()))) {
            Account now = account(key);
            accounts.put(
                    key,
                    new Account(now.reservedUsd().add(reserved), now.spentUsd().add(spent)));
        }
    }

    private Account account(String key) {
        return accounts.getOrDefault(key, Account.EMPTY);
    }

    private static String dayKey(LocalDate day) {
        return "day#" + day;
    }

    private static String datasetKey(String dataset) {
        return "dataset#" + dataset;
    }
}
