package dev.tunedrop.functions.cloud.memory;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;

import dev.tunedrop.functions.cloud.Budget;

/// The budget as maps under one lock.
public final class MemoryBudget implements Budget {

    private record Reservation(LocalDate day, BigDecimal amountUsd, boolean open) {}

    private final Map<String, Reservation> reservations = new HashMap<>();
    private final Map<LocalDate, Day> days = new HashMap<>();

    @Override
    public synchronized boolean reserve(String runId, LocalDate day, BigDecimal amountUsd, BigDecimal capUsd) {
        Reservation earlier = reservations.get(runId);
        if (earlier != null && earlier.open()) return true;
        Day now = day(day);
        if (now.committedUsd().add(amountUsd).compareTo(capUsd) > 0) return false;
        reservations.put(runId, new Reservation(day, amountUsd, true));
        days.put(day, new Day(now.reservedUsd().add(amountUsd), now.spentUsd()));
        return true;
    }

    @Override
    public synchronized void settle(String runId, BigDecimal actualUsd) {
        Reservation reservation = reservations.get(runId);
        if (reservation == null || !reservation.open()) return;
        Day now = day(reservation.day());
        reservations.put(runId, new Reservation(reservation.day(), reservation.amountUsd(), false));
        days.put(
                reservation.day(),
                new Day(
                        now.reservedUsd().subtract(reservation.amountUsd()),
                        now.spentUsd().add(actualUsd)));
    }

    @Override
    public synchronized BigDecimal reserved(String runId) {
        Reservation reservation = reservations.get(runId);
        return reservation == null || !reservation.open() ? BigDecimal.ZERO : reservation.amountUsd();
    }

    @Override
    public synchronized Day day(LocalDate day) {
        return days.getOrDefault(day, Day.EMPTY);
    }
}
