package dev.tunedrop.functions.quote;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.functions.quote.Catalogue.Managed;
import dev.tunedrop.functions.quote.Catalogue.Serving;

/// What answering costs in a month: an endpoint of our own by the hour, as many as the traffic needs, or a service by
/// the token.
///
/// An endpoint carries `0.10 x peak / 2P` tokens a second, P being the weights a token passes through: a tenth of the
/// peak is what traffic that comes and goes leaves of it.
final class ServingCost {

    static final double SHARE_OF_PEAK = 0.10;
    private static final BigDecimal HOURS_PER_MONTH = new BigDecimal(730);
    private static final BigDecimal MILLION = new BigDecimal(1_000_000);
    private static final double SECONDS_PER_MONTH = 730 * 3600.0;
    /// bf16 weights, and a fifth of the memory for the cache.
    private static final double BYTES_PER_WEIGHT = 2 / 0.8;
    private static final int MOST_ENDPOINTS = 1000;

    private ServingCost() {}

    /// @param tokensPerMonth what one endpoint carries
    record Endpoint(String type, BigDecimal usdPerMonth, long tokensPerMonth) {
        BigDecimal usd(long tokens) {
            long endpoints = Math.max(1, Math.ceilDiv(tokens, tokensPerMonth));
            return usdPerMonth.multiply(BigDecimal.valueOf(endpoints)).setScale(2, RoundingMode.HALF_UP);
        }
    }

    /// The endpoint type that carries this traffic for the least; empty when the base fits none.
    static Optional<Endpoint> own(List<Serving> machines, BaseFacts base, long tokens) {
        return machines.stream()
                .filter(machine -> (double) machine.memoryMiB() * (1 << 20) >= base.weights() * BYTES_PER_WEIGHT)
                .map(machine -> new Endpoint(
                        machine.type(), machine.usdPerHour().multiply(HOURS_PER_MONTH), capacity(machine, base)))
                .min(Comparator.comparing((Endpoint endpoint) -> endpoint.usd(tokens))
                        .thenComparing(Endpoint::type));
    }

    private static long capacity(Serving machine, BaseFacts base) {
        double perSecond = SHARE_OF_PEAK * machine.bf16Tflops().doubleValue() * 1e12 / (2.0 * base.activeWeights());
        return Math.max(1, (long) (perSecond * SECONDS_PER_MONTH));
    }

    /// @param answerShare how much of the traffic the model writes
    static @Nullable BigDecimal managed(Managed model, long tokens, double answerShare) {
        BigDecimal perMillion = perMillion(model, answerShare);
        if (perMillion == null) return null;
        return perMillion
                .multiply(BigDecimal.valueOf(tokens))
                .divide(MILLION, 8, RoundingMode.HALF_UP)
                .add(fixed(model))
                .setScale(2, RoundingMode.HALF_UP);
    }

    private static BigDecimal fixed(Managed model) {
        BigDecimal hosting = model.hostingUsdPerHour() == null
                ? BigDecimal.ZERO
                : model.hostingUsdPerHour().multiply(HOURS_PER_MONTH);
        return model.storageUsdPerMonth() == null ? hosting : hosting.add(model.storageUsdPerMonth());
    }

    private static @Nullable BigDecimal perMillion(Managed model, double answerShare) {
        BigDecimal in = model.inputUsdPerMillion();
        BigDecimal out = model.outputUsdPerMillion();
        if (in == null || out == null) return null;
        BigDecimal share = BigDecimal.valueOf(answerShare);
        return in.multiply(BigDecimal.ONE.subtract(share)).add(out.multiply(share));
    }

    /// The traffic from which an own endpoint is no dearer than the service, what its training costs more being spread
    /// over the months it is wanted for; 0 where it is so at any traffic that one endpoint carries. Absent
    /// when no traffic is enough.
    static @Nullable Long breakEven(
            Managed model, double answerShare, Endpoint own, BigDecimal trainingMoreUsd, int months) {
        BigDecimal perMillion = perMillion(model, answerShare);
        if (perMillion == null) return null;
        double perToken = perMillion.doubleValue() / MILLION.doubleValue();
        double monthly = own.usdPerMonth().doubleValue();
        double more = trainingMoreUsd.doubleValue() / Math.max(1, months)
                - fixed(model).doubleValue();
        if (perToken == 0) return monthly + more <= 0 ? 0L : null;
        for (int endpoints = 1; endpoints <= MOST_ENDPOINTS; endpoints++) {
            double tokens = Math.max(0, (endpoints * monthly + more) / perToken);
            if (tokens <= (double) endpoints * own.tokensPerMonth()) return (long) Math.ceil(tokens);
        }
        return null;
    }
}
