package dev.tunedrop.endpoint.http;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Counts the requests being served, and lets a shutdown wait for the last of them.
final class InFlight {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int requests;
    private boolean closing;

    /// Answers false where no more requests are taken.
    boolean enter() {
        lock.lock();
        try {
            if (closing) return false;
            requests++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            requests--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Takes no more requests and waits for those in flight; answers whether all ended in time.
    boolean drain(Duration patience) {
        long left = patience.toNanos();
        lock.lock();
        try {
            closing = true;
            while (requests > 0 && left > 0) left = changed.awaitNanos(left);
            return requests == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
