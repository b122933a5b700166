package dev.tunedrop.endpoint.generate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/// One thread that holds the model and gives each request in progress one turn after the other, so a long answer never
/// keeps a short one waiting for its end. Up to `active` requests take turns; up to `waiting` more wait in order of
/// arrival; beyond that a request is refused at once.
final class FairTurns implements AutoCloseable {

    /// Work cut into turns.
    interface Job {

        /// Does a little; answers whether there is more.
        boolean turn();

        /// A turn threw; there will be no more turns.
        void failed(Throwable cause);
    }

    private final int activeLimit;
    private final int waitingLimit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Job> waiting = new ArrayDeque<>();
    private final Deque<Job> active = new ArrayDeque<>();
    private final Thread thread;
    private boolean closed;

    FairTurns(int activeLimit, int waitingLimit) {
        this.activeLimit = activeLimit;
        this.waitingLimit = waitingLimit;
        thread = Thread.ofPlatform().name("tunedrop-model").daemon().start(this::run);
    }

    void submit(Job job) {
        lock.lock();
        try {
            if (closed) throw new Busy("the server is shutting down");
            if (active.size() + waiting.size() >= activeLimit + waitingLimit)
                throw new Busy("%d requests are in progress and %d wait; try again in a moment"
                        .formatted(active.size(), waiting.size()));
            waiting.add(job);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Takes a job that still waits out of the queue and answers true; one in progress sees for itself that it is not
    /// wanted.
    boolean forget(Job job) {
        lock.lock();
        try {
            return waiting.remove(job);
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        for (Job job = next(); job != null; job = next()) {
            boolean more = false;
            try {
                more = job.turn();
            } catch (Throwable e) { // an error of one request, even a lack of memory, must not end the others
                job.failed(e);
            }
            if (!more) retire(job);
        }
    }

    /// The job whose turn it is, moved to the end of the row; null once closed.
    private @Nullable Job next() {
        lock.lock();
        try {
            while (!closed && active.isEmpty() && waiting.isEmpty()) changed.awaitUninterruptibly();
            if (closed) return null;
            while (active.size() < activeLimit && !waiting.isEmpty()) active.addFirst(waiting.remove());
            Job job = active.remove();
            active.add(job);
            return job;
        } finally {
            lock.unlock();
        }
    }

    private void retire(Job job) {
        lock.lock();
        try {
            active.remove(job);
        } finally {
            lock.unlock();
        }
    }

    /// Ends the thread after the turn in progress; what is left fails.
    @Override
    public void close() {
        List<Job> left = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        joinThread();
        lock.lock();
        try {
            left.addAll(active);
            left.addAll(waiting);
            active.clear();
            waiting.clear();
        } finally {
            lock.unlock();
        }
        for (Job job : left) job.failed(new IllegalStateException("the server has shut down"));
    }

    private void joinThread() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
