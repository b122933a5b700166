package dev.tunedrop.functions.cloud;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/// Runs one thing many times at once.
final class Race {

    private Race() {}

    static <T> List<T> of(int runners, IntFunction<T> run) throws InterruptedException, ExecutionException {
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newFixedThreadPool(runners)) {
            List<Future<T>> results = new ArrayList<>();
            for (int i = 0; i < runners; i++) {
                int runner = i;
                results.add(threads.submit(() -> {
                    start.await();
                    return run.apply(runner);
                }));
            }
            start.countDown();
            List<T> values = new ArrayList<>();
            for (Future<T> result : results) values.add(result.get());
            return values;
        }
    }
}
