package dev.tunedrop.functions.budget;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

import dev.tunedrop.functions.cloud.Budget;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Ledger;
import dev.tunedrop.functions.cloud.Objects;

/// A cloud whose caller dies at one of its calls, before or after the cloud has done what was asked.
final class DyingCloud {

    /// Nothing the caller could handle: its process is gone.
    static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final int at;
    private final boolean afterwards;
    private int calls;

    DyingCloud(int at, boolean afterwards) {
        this.at = at;
        this.afterwards = afterwards;
    }

    Cloud over(Cloud cloud) {
        return new Cloud(
                cloud.drops(),
                dying(Objects.class, cloud.artefacts()),
                cloud.bases(),
                dying(Ledger.class, cloud.ledger()),
                dying(Budget.class, cloud.budget()),
                cloud.executions(),
                cloud.bus(),
                cloud.endpoints(),
                cloud.metrics());
    }

    private <T> T dying(Class<T> type, T service) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    boolean dies = ++calls == at;
                    if (dies && !afterwards) throw new Died();
                    try {
                        Object answer = method.invoke(service, arguments);
                        if (dies) throw new Died();
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
