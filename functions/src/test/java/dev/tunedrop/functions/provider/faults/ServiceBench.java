package dev.tunedrop.functions.provider.faults;

import java.time.Duration;
import java.util.List;

import dev.tunedrop.functions.provider.MovingClock;

/// A fake service at an address of its own. What extends it adds the provider that is to be tried, and its way there.
public abstract class ServiceBench<F extends FakeService> implements OneJobUnderFaults.Bench {

    public final F fake;
    public final FaultyService service;
    protected final MovingClock clock;

    protected ServiceBench(F fake) {
        this(fake, new MovingClock());
    }

    protected ServiceBench(F fake, MovingClock clock) {
        this.fake = fake;
        this.clock = clock;
        this.service = new FaultyService(fake);
    }

    /// The provider's way to the service.
    protected abstract AutoCloseable way();

    @Override
    public final FaultyService service() {
        return service;
    }

    @Override
    public final List<String> operations() {
        return fake.operationsOfASubmit();
    }

    @Override
    public final int jobs() {
        return fake.jobIds().size();
    }

    @Override
    public final boolean has(String jobId) {
        return fake.jobIds().contains(jobId);
    }

    @Override
    public final List<String> complaints() {
        return fake.complaints();
    }

    @Override
    public final void pass(Duration time) {
        clock.pass(time);
    }

    @Override
    public final void close() {
        try {
            way().close();
        } catch (Exception e) {
            throw new AssertionError("the way to the service does not close", e);
        } finally {
            service.close();
        }
    }
}
