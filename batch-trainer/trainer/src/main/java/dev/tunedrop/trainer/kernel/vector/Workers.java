package dev.tunedrop.trainer.kernel.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

import dev.tunedrop.libtorch.LibTorch;

/// Runs the tasks of a launch on as many threads as LibTorch uses; the caller is one of them.
final class Workers {

    private static final ExecutorService HELPERS = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("kernel-", 0).factory());

    private Workers() {}

    /// Runs tasks 0 … count - 1, in any order, and returns when all are done.
    ///
    /// @param task of one thread, which holds its scratch memory; from a task's number to its work
    static void run(int count, Supplier<IntConsumer> task) {
        AtomicInteger next = new AtomicInteger();
        Runnable work = () -> {
            int number = next.getAndIncrement();
            if (number >= count) return;
            IntConsumer mine = task.get();
            for (; number < count; number = next.getAndIncrement()) mine.accept(number);
        };
        List<Future<?>> others = new ArrayList<>();
        for (int i = 1; i < Math.min(count, LibTorch.threads()); i++) others.add(HELPERS.submit(work));
        try {
            work.run();
        } finally {
            others.forEach(Workers::join); // none may write after this returns
        }
    }

    /// Work on the elements or rows `from` … `to`, by one thread.
    @FunctionalInterface
    interface Span {
        void run(int from, int to);
    }

    /// Runs spans of `share` that together are 0 … count.
    static void run(int count, int share, Supplier<Span> span) {
        run(Math.ceilDiv(count, share), () -> {
            Span mine = span.get();
            return number -> mine.run(number * share, Math.min(count, (number + 1) * share));
        });
    }

    private static void join(Future<?> other) {
        boolean interrupted = false;
        while (true) {
            try {
                other.get();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                throw new IllegalStateException("a kernel failed on a helping thread", e.getCause());
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
