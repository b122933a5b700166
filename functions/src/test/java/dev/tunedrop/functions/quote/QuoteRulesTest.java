package dev.tunedrop.functions.quote;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.RunSettings.Objective;
import dev.tunedrop.events.run.SettingsFile;

class QuoteRulesTest {

    private static final Instant NOW = Instant.parse("2026-08-01T00:00:00Z");

    /// Llama 3.1 8B's published sizes.
    private static final BaseFacts LLAMA_8B = facts("""
            {"hidden_size":4096,"num_hidden_layers":32,"intermediate_size":14336,"num_attention_heads":32,
             "num_key_value_heads":8,"vocab_size":128256,"tie_word_embeddings":false}""");
    private static final BaseFacts LLAMA_70B = facts("""
            {"hidden_size":8192,"num_hidden_layers":80,"intermediate_size":28672,"num_attention_heads":64,
             "num_key_value_heads":8,"vocab_size":128256,"tie_word_embeddings":false}""");

    private static BaseFacts facts(String config) {
        return BaseFacts.read("base", Json.tree(config.getBytes(StandardCharsets.UTF_8), "config"));
    }

    private static RunSettings settings(String json) {
        return SettingsFile.read(json.getBytes(StandardCharsets.UTF_8), "tune.json");
    }

    private static Manifest manifest(long rows, long tokens) {
        return new Manifest(
                "run", "base", "d", "t", "c", new Manifest.Shard("k", "s", 1, rows, tokens, tokens / 2), null);
    }

    /// 10,000 rows of 400 tokens, of chats unless the settings say otherwise.
    private static Lesson lesson(String json) {
        return lesson(json, manifest(10_000, 4_000_000));
    }

    private static Lesson lesson(String json, Manifest manifest) {
        RunSettings settings = settings(json);
        Objective objective = settings.objective() == Objective.AUTO ? Objective.SFT : settings.objective();
        return new Lesson(settings, objective, manifest);
    }

    private static Quote quote(BaseFacts base, String settings, QuoteRules.Machine machine) {
        return new QuoteRules(Catalogue.load(), machine).quote("run", base, lesson(settings), NOW);
    }

    private static Quote quote(BaseFacts base, String settings) {
        return new QuoteRules(Catalogue.load(), null).quote("run", base, lesson(settings), NOW);
    }

    private static boolean named(RouteQuote route, String model) {
        return route.terms() != null && route.terms().model().equals(model);
    }

    private static RouteQuote route(Quote quote, String name) {
        return quote.routes().stream()
                .filter(r -> r.route().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theWeightsOfAKnownModelAreCountedFromItsConfig() {
        assertThat(LLAMA_8B.weights()).isEqualTo(8_030_261_248L);
        assertThat(LLAMA_70B.weights()).isEqualTo(70_553_706_496L);
    }

    @Test
    void theAdaptersWeightsFollowTheTargets() {
        assertThat(LLAMA_8B.trainedWeights(settings("{\"rank\":16}"), RunSettings.Method.QLORA))
                .isEqualTo(41_943_040L);
        assertThat(LLAMA_8B.trainedWeights(settings("{\"rank\":8,\"targets\":[\"q_proj\"]}"), RunSettings.Method.QLORA))
                .isEqualTo(32L * 8 * 8192);
    }

    @Test
    void qloraOfEightBillionFitsWhereLoraDoesNot() {
        String small = "{\"method\":\"%s\",\"maxTokens\":1024,\"batchSize\":1}";
        assertThat(route(quote(LLAMA_8B, small.formatted("qlora")), "batch/g6.xlarge/on-demand")
                        .refusals())
                .isEmpty();
        BigDecimal lora = route(quote(LLAMA_8B, small.formatted("lora")), "batch/g6e.xlarge/on-demand")
                .memoryGiB();
        BigDecimal qlora = route(quote(LLAMA_8B, small.formatted("qlora")), "batch/g6e.xlarge/on-demand")
                .memoryGiB();
        assertThat(lora).isNotNull();
        assertThat(qlora).isNotNull().isLessThan(lora);
    }

    @Test
    void aModelThatFitsNowhereIsRefusedEverywhereWithTheFigures() {
        Quote quote = quote(LLAMA_70B, "{\"method\":\"lora\"}");
        assertThat(quote.routes())
                .filteredOn(r -> r.method().equals("lora") && named(r, "base"))
                .isNotEmpty()
                .filteredOn(
                        r -> r.deviceMemoryGiB() != null && r.deviceMemoryGiB().doubleValue() < 150)
                .allSatisfy(r -> {
                    assertThat(r.possible()).isFalse();
                    assertThat(r.refusals().toString()).contains("GiB of GPU memory");
                });
    }

    @Test
    void aDeviceWithoutBf16IsRefusedAndNotPriced() {
        RouteQuote t4 = route(quote(LLAMA_8B, "{}"), "batch/g4dn.xlarge/on-demand");
        assertThat(t4.refusals()).anyMatch(r -> r.contains("no bf16"));
        assertThat(t4.trainingUsd()).isNull();
    }

    @Test
    void spotIsQuotedWhereItWasSeenAndIsCheaper() {
        Quote quote = quote(LLAMA_8B, "{}");
        BigDecimal spot = java.util.Objects.requireNonNull(
                        route(quote, "batch/g6e.xlarge/spot").trainingUsd())
                .expected();
        BigDecimal onDemand = java.util.Objects.requireNonNull(
                        route(quote, "batch/g6e.xlarge/on-demand").trainingUsd())
                .expected();
        assertThat(spot).isLessThan(onDemand);
        assertThat(quote.routes()).noneMatch(r -> r.route().equals("batch/g5.xlarge/spot"));
    }

    @Test
    void spotWithoutACheckpointBeforeTheEndIsRefused() {
        String spot = "batch/g6e.xlarge/spot";
        for (String settings : List.of(
                "{\"checkpointSteps\":2931}", // three epochs of 4 million tokens in steps of 2 x 2048: 2,931 steps
                "{\"checkpointSteps\":20,\"maxSteps\":20}",
                "{\"checkpointSteps\":12,\"tokensPerStep\":1000000}"))
            assertThat(route(quote(LLAMA_8B, settings), spot).refusals())
                    .singleElement()
                    .asString()
                    .contains("saves nothing within")
                    .contains("leave it out");
        for (String settings : List.of("{}", "{\"checkpointSteps\":2930}", "{\"checkpointSteps\":19,\"maxSteps\":20}"))
            assertThat(route(quote(LLAMA_8B, settings), spot).possible())
                    .as(settings)
                    .isTrue();
        assertThat(route(quote(LLAMA_8B, "{\"checkpointSteps\":99999}"), "batch/g6e.xlarge/on-demand")
                        .possible())
                .isTrue();
    }

    @Test
    void aStepLimitAndATimeLimitLowerTheQuote() {
        BigDecimal all = expected(quote(LLAMA_8B, "{}"));
        assertThat(expected(quote(LLAMA_8B, "{\"maxSteps\":10}"))).isLessThan(all);
        assertThat(expected(quote(LLAMA_8B, "{\"maxSeconds\":60}"))).isLessThan(all);
    }

    private static BigDecimal expected(Quote quote) {
        return java.util.Objects.requireNonNull(
                        route(quote, "batch/g6e.xlarge/on-demand").trainingSeconds())
                .expected();
    }

    @Test
    void aGemmaThatDoesNotSaySoHasOneTableForEmbeddingAndHead() {
        String sizes = """
                "hidden_size":3584,"num_hidden_layers":42,"intermediate_size":14336,"num_attention_heads":16,
                "num_key_value_heads":8,"head_dim":256,"vocab_size":256000}""";
        for (String gemma : List.of("gemma", "gemma2"))
            assertThat(facts("{\"model_type\":\"" + gemma + "\"," + sizes).tableWeights())
                    .isEqualTo(256_000L * 3584);
        assertThat(facts("{\"model_type\":\"llama\"," + sizes).tableWeights()).isEqualTo(2 * 256_000L * 3584);
    }

    @Test
    void onOneMachineOnlyItsOwnRouteIsPossibleAndCostsNothing() {
        BaseFacts tiny = facts("""
                {"hidden_size":192,"num_hidden_layers":6,"intermediate_size":512,"num_attention_heads":6,
                 "num_key_value_heads":2,"vocab_size":2048,"tie_word_embeddings":true}""");
        Quote quote = quote(tiny, "{}", new QuoteRules.Machine(2, 16));
        List<RouteQuote> possible = quote.routes().stream()
                .filter(RouteQuote::possible)
                .filter(r -> java.util.Set.of("local", "batch").contains(r.provider()))
                .toList();
        assertThat(possible).extracting(RouteQuote::route).containsExactly("local/cpu");
        assertThat(java.util.Objects.requireNonNull(possible.getFirst().trainingUsd())
                        .high())
                .isZero();
        assertThat(quote.routes()).hasSizeGreaterThan(10);
    }

    @Test
    void everyOtherBaseAndMethodIsPricedOnItsCheapestMachineAndSaysHowToTakeIt() {
        Quote quote = quote(LLAMA_8B, "{\"base\":\"base\"}");
        for (String base : List.of("llama-3.3-70b", "mistral-7b", "qwen-2.5-72b", "gemma-2-27b", "bloom-7b")) {
            List<RouteQuote> routes =
                    quote.routes().stream().filter(r -> named(r, base)).toList();
            assertThat(routes).as(base).hasSize(2).allSatisfy(r -> {
                if (r.method().equals("qlora")) assertThat(r.trainingUsd()).isNotNull();
                assertThat(r.refusals()).anyMatch(why -> why.contains("\"base\": \"" + base + "\""));
            });
        }
        assertThat(quote.routes())
                .filteredOn(r -> named(r, "llama-3.1-405b"))
                .hasSize(2)
                .allSatisfy(r -> assertThat(r.refusals().toString()).containsAnyOf("GiB", "cannot be timed"));
    }

    @Test
    void aServicesTrainingIsTokensTimesEpochsTimesPrice() {
        RouteQuote route = route(quote(LLAMA_8B, "{\"epochs\":2}"), "openai/gpt-4.1-mini-2025-04-14");
        assertThat(java.util.Objects.requireNonNull(route.trainingUsd()).expected())
                .isEqualByComparingTo("40"); // 2 x 4 million tokens at $5 a million
        assertThat(route.terms()).isNotNull();
        assertThat(route.terms().endOfLife()).isEqualTo("2027-01-14");
        assertThat(route.terms().insideAccount()).isFalse();
    }

    @Test
    void whatHasNoPriceIsRefusedWithTheReasonWhyThereIsNone() {
        RouteQuote route = route(quote(LLAMA_8B, "{}"), "sagemaker/llama-3.1-8b");
        assertThat(route.trainingUsd()).isNull();
        assertThat(route.refusals())
                .containsExactly(
                        "cannot be priced: no figure of serverless customization was found in AWS's documentation; look it up"
                                + " at https://aws.amazon.com/sagemaker/ai/pricing and put it as trainingUsdPerMillion into a"
                                + " copy of managed.json, as catalogue/managed.json in the artefact bucket or in a folder for"
                                + " quote --catalogue");
    }

    @Test
    void aPriceThatWasPutInIsQuoted() {
        String row = "\"model\": \"qwen-2.5-7b\",";
        Quote quote = quoteWith("managed.json", row, row + " \"trainingUsdPerMillion\": 2.0,");
        assertThat(usd(quote, "sagemaker/qwen-2.5-7b")[1]).isEqualTo(16); // 2 x 4 million tokens
        assertThat(route(quote, "sagemaker/qwen-2.5-7b").refusals()).isEmpty();
    }

    @Test
    void preferencePairsArePricedAsTheServicePricesThemAndNotAtAllWhereItDoesNot() {
        Quote rows = quote(LLAMA_8B, "{\"epochs\":2}");
        Quote pairs = quote(LLAMA_8B, "{\"epochs\":2,\"objective\":\"dpo\"}");
        String fireworks = "fireworks/accounts/fireworks/models/llama-v3p1-8b-instruct";
        String together = "together/Qwen/Qwen2.5-7B-Instruct";
        String openai = "openai/gpt-4.1-mini-2025-04-14";
        assertThat(usd(rows, fireworks)[1] * 2).isEqualTo(usd(pairs, fireworks)[1]);
        assertThat(usd(rows, openai)).isEqualTo(usd(pairs, openai));
        assertThat(target(rows, openai)).isEqualTo("openai-sft");
        assertThat(target(pairs, openai)).isEqualTo("openai-dpo");
        assertThat(target(pairs, fireworks)).isEqualTo(target(rows, fireworks));
        assertThat(route(rows, together).refusals()).isEmpty();
        assertThat(route(pairs, together).refusals())
                .singleElement()
                .asString()
                .startsWith("cannot be priced: Together's list gives a span")
                .contains("dpoUsdPerMillion");
    }

    private static @org.jspecify.annotations.Nullable String target(Quote quote, String name) {
        return java.util.Objects.requireNonNull(route(quote, name).terms()).target();
    }

    @Test
    void aPriceThatNoSourceConfirmsIsSaidInTheQuoteAndAtItsRoute() {
        Quote quote = quote(LLAMA_8B, "{}");
        assertThat(quote.notes())
                .anyMatch(note -> note.startsWith("No source confirms the prices of ")
                        && note.contains("bedrock/amazon.nova-pro-v1:0:300k"));
        Quote.Terms terms = java.util.Objects.requireNonNull(
                route(quote, "bedrock/amazon.nova-pro-v1:0:300k").terms());
        assertThat(terms.risks()).contains("No source confirms its trainingUsdPerMillion.");
        assertThat(Catalogue.load().managed().rows())
                .allSatisfy(row -> assertThat(!row.source().contains("no source confirms")
                                || !row.unconfirmed().isEmpty())
                        .as(row.route())
                        .isTrue());
    }

    @Test
    void aboveTheBreakEvenTheOwnEndpointIsCheaperAndBelowItIsNot() {
        RouteQuote route = route(quote(LLAMA_8B, "{}"), "openai/gpt-4.1-2025-04-14");
        long breakEven = java.util.Objects.requireNonNull(route.breakEvenTokensPerMonth());
        double own = java.util.Objects.requireNonNull(
                        route(quote(LLAMA_8B, "{\"monthlyTokens\":" + breakEven + "}"), "batch/g6e.xlarge/spot")
                                .servingUsdPerMonth())
                .doubleValue();
        double there = java.util.Objects.requireNonNull(
                        route(quote(LLAMA_8B, "{\"monthlyTokens\":" + breakEven + "}"), "openai/gpt-4.1-2025-04-14")
                                .servingUsdPerMonth())
                .doubleValue();
        // The rest of the difference is training, spread over twelve months.
        assertThat(there).isBetween(own - 30, own + 30);
    }

    @Test
    void weightsKeepTheirLicenceUnderAnotherName() {
        BaseFacts renamed = facts("""
                {"hidden_size":12288,"num_hidden_layers":88,"intermediate_size":28672,"num_attention_heads":96,
                 "num_key_value_heads":8,"head_dim":128,"vocab_size":32768}""");
        RouteQuote route = route(quote(renamed, "{}"), "batch/p5.4xlarge/on-demand");
        assertThat(route.terms()).isNotNull();
        assertThat(route.terms().commercialUse()).isFalse();
        assertThat(route.terms().licence()).contains("Research");
    }

    @Test
    void aBaseThatOnlyLabelsIsNotOfferedForRowsThatAreAnswered() {
        assertThat(Catalogue.load().bases().rows()).anyMatch(base -> base.id().equals("bert-base"));
        assertThat(quote(LLAMA_8B, "{}").routes())
                .anyMatch(route -> route.route().contains("bloom-7b"))
                .noneMatch(route -> route.route().contains("bert-base"));
    }

    @Test
    void aQuotaBelowTheMachinesVirtualCpusRefusesIt() {
        Quote quote = new QuoteRules(Catalogue.load(), null, java.util.Map.of("p", 96), PastRuns.none())
                .quote("run", LLAMA_8B, lesson("{}"), NOW);
        assertThat(route(quote, "batch/p5.48xlarge/on-demand").refusals()).anyMatch(why -> why.contains("quota"));
        assertThat(route(quote, "batch/p5.4xlarge/on-demand").possible()).isTrue();
    }

    @Test
    void everyRowSaysWhereItIsFromAndAStaleTableIsSaidInTheQuote() {
        Catalogue catalogue = Catalogue.load();
        assertThat(catalogue.tables())
                .hasSize(7)
                .allSatisfy(table -> assertThat(table.rows()).isNotEmpty().allSatisfy(row -> {
                    assertThat(row.source()).isNotBlank();
                    assertThat(row.asOf()).isAfter("2025-01-01");
                }));
        assertThat(quote(LLAMA_8B, "{}").notes()).noneMatch(note -> note.contains("instances.json"));
        Instant later = NOW.plus(java.time.Duration.ofDays(365));
        Quote old = new QuoteRules(catalogue, null).quote("run", LLAMA_8B, lesson("{}"), later);
        assertThat(old.priceTableStale()).isTrue();
        assertThat(old.notes()).anyMatch(note -> note.startsWith("instances.json has rows older than 180 days"));
        for (String name : List.of("batch/g6.xlarge/on-demand", "openai/gpt-4.1-2025-04-14"))
            assertThat(java.util.Objects.requireNonNull(route(old, name).terms())
                            .risks())
                    .as(name)
                    .anyMatch(risk -> risk.matches("Its price is of [0-9-]+ and may have moved\\."));
    }

    @Test
    void aTableInTheBucketReplacesTheShippedOne() {
        String table =
                new String(CatalogueFiles.shipped("instances.json"), StandardCharsets.UTF_8).replace("1.861", "9.999");
        Catalogue catalogue = CatalogueFiles.load(name -> name.equals("instances.json")
                ? java.util.Optional.of(table.getBytes(StandardCharsets.UTF_8))
                : java.util.Optional.empty());
        assertThat(catalogue.instances().rows())
                .anyMatch(row -> row.onDemandUsdPerHour().toPlainString().equals("9.999"));
        assertThat(catalogue.bases().rows()).isEqualTo(Catalogue.load().bases().rows());
    }

    private static Quote quoteWith(String file, String pattern, String replacement) {
        String shipped = new String(CatalogueFiles.shipped(file), StandardCharsets.UTF_8);
        byte[] table = shipped.replaceAll(pattern, replacement).getBytes(StandardCharsets.UTF_8);
        Catalogue catalogue = CatalogueFiles.load(
                name -> name.equals(file) ? java.util.Optional.of(table) : java.util.Optional.empty());
        return new QuoteRules(catalogue, null).quote("run", LLAMA_8B, lesson("{\"epochs\":2}"), NOW);
    }

    @Test
    void aPriceThatIsOldInEitherTableMakesTheQuoteStale() {
        assertThat(quote(LLAMA_8B, "{}").priceTableStale()).isFalse();
        for (String file : List.of("instances.json", "managed.json"))
            assertThat(quoteWith(file, "\"asOf\": *\"[0-9-]+\"", "\"asOf\":\"2025-06-01\"")
                            .priceTableStale())
                    .as(file)
                    .isTrue();
    }

    @Test
    void aServiceMayCountFewerOrMoreTokensAndNoRunCostsLessThanItsMinimum() {
        String name = "openai/gpt-4.1-mini-2025-04-14";
        String price = "\"trainingUsdPerMillion\": 5.0, \"inputUsdPerMillion\": 0.8";
        assertThat(usd(quoteWith("managed.json", "x^", ""), name)).containsExactly(34, 40, 50);
        assertThat(usd(quoteWith("managed.json", price, price + ", \"minimumUsd\": 45"), name))
                .containsExactly(45, 45, 50);
    }

    /// Llama 3.1 8B by hand, three epochs of 4 million tokens: P = 6,979,321,856, H = 525,336,576, R = 41,943,040 and
    /// a = 2 x 32 x 4096 x 400 make 44,784,680,960 operations a token; an L40S does 362e12 a second, a
    /// quarter of them here, and starts in 300 s.
    @Test
    void theTimeIsThatOfTheCountedOperations() {
        assertThat(expected(quote(LLAMA_8B, "{\"rank\":16}"))).isEqualByComparingTo("6239");
    }

    @Test
    void thePassOfTheReferenceOverPairsIsPaidForOnce() {
        // 2 P + 2 H + a = 15,114,174,464 operations for each of 4 million tokens: 668 s of the L40S
        BigDecimal pairs = expected(quote(LLAMA_8B, "{\"rank\":16,\"objective\":\"dpo\"}"));
        assertThat(pairs).isEqualByComparingTo("6907");
        BigDecimal twice = expected(quote(LLAMA_8B, "{\"rank\":16,\"objective\":\"dpo\",\"epochs\":6}"));
        assertThat(twice).isEqualByComparingTo("12845"); // 2 x 5938.3 + 668.0 + 300
    }

    @Test
    void everyLookAtTheHeldOutRowsIsPaidFor() {
        Manifest.Shard rows = new Manifest.Shard("k", "s", 1, 1000, 400_000, 200_000);
        Manifest manifest = new Manifest("run", "base", "d", "t", "c", rows, rows);
        List<BigDecimal> seconds = List.of("{}", "{\"evaluation\":{\"everySteps\":10}}").stream()
                .map(json -> expected(
                        new QuoteRules(Catalogue.load(), null).quote("run", LLAMA_8B, lesson(json, manifest), NOW)))
                .toList();
        // 3 x 98 steps, so 29 looks more of 400,000 x 15.1e9 operations: 66.8 s each
        assertThat(seconds.getLast().subtract(seconds.getFirst()).intValue()).isBetween(1936, 1939);
    }

    @Test
    void aServiceTrainsWholeEpochsWhateverTheLimitOnOurSteps() {
        String name = "openai/gpt-4.1-mini-2025-04-14";
        assertThat(route(quote(LLAMA_8B, "{\"maxSteps\":1}"), name).trainingUsd())
                .isEqualTo(route(quote(LLAMA_8B, "{}"), name).trainingUsd());
        assertThat(expected(quote(LLAMA_8B, "{\"maxSteps\":1}"))).isLessThan(expected(quote(LLAMA_8B, "{}")));
    }

    @Test
    void aServiceTakesLongerForMoreRows() {
        BigDecimal less = serviceSeconds("{\"epochs\":1}");
        BigDecimal more = serviceSeconds("{\"epochs\":3}");
        assertThat(less).isEqualByComparingTo("4400"); // an hour of waiting, 4 million tokens at 5,000 a second
        assertThat(more).isEqualByComparingTo("6000");
    }

    private static BigDecimal serviceSeconds(String settings) {
        return java.util.Objects.requireNonNull(route(quote(LLAMA_8B, settings), "openai/gpt-4.1-2025-04-14")
                        .trainingSeconds())
                .expected();
    }

    /// $1.861 an hour: 0.93 dollars are 1,799 s.
    @Test
    void aWallOfMoneyEndsTheTrainingThatIsQuoted() {
        assertThat(expected(quote(LLAMA_8B, "{\"wallUsd\":0.93}"))).isBetween(bd("2099"), bd("2100"));
        assertThat(expected(quote(LLAMA_8B, "{\"wallUsd\":0.93,\"maxSeconds\":100}")))
                .isEqualByComparingTo("400");
        assertThat(expected(quote(LLAMA_8B, "{\"wallUsd\":50}"))).isEqualTo(expected(quote(LLAMA_8B, "{}")));
    }

    @Test
    void noPastRunMovesAQuoteBeyondItsWall() {
        PastRuns slow = kind -> java.util.Collections.nCopies(
                8,
                new dev.tunedrop.functions.cloud.Ledger.Actual(
                        kind, "r", NOW, 100, 100, 1000, BigDecimal.ONE, BigDecimal.TEN));
        Quote quote = new QuoteRules(Catalogue.load(), null, java.util.Map.of(), slow)
                .quote("run", LLAMA_8B, lesson("{\"maxSeconds\":600}"), NOW);
        assertThat(expected(quote)).isEqualByComparingTo("900");
    }

    private static BigDecimal bd(String value) {
        return new BigDecimal(value);
    }

    /// Fireworks asks nothing for a token and $8.00 for an hour, which is more than an endpoint of our own.
    @Test
    void aServiceThatCostsByTheHourIsDearerThanOurOwnEndpointAtAnyTraffic() {
        String name = "fireworks/accounts/fireworks/models/llama-v3p1-8b-instruct";
        assertThat(route(quote(LLAMA_8B, "{}"), name).breakEvenTokensPerMonth()).isZero();
        Quote cheap = quoteWith("managed.json", "\"hostingUsdPerHour\": 8.0", "\"hostingUsdPerHour\": 0.5");
        assertThat(route(cheap, name).breakEvenTokensPerMonth()).isNull();
    }

    /// An endpoint answers from one GPU, however many its machine has.
    @Test
    void aModelThatNoGpuHoldsIsNotPricedToServe() {
        assertThat(route(quote(LLAMA_70B, "{}"), "batch/p5.4xlarge/on-demand").servingUsdPerMonth())
                .isNull();
        assertThat(quote(LLAMA_70B, "{}").notes()).anyMatch(note -> note.contains("serving it is not priced"));
    }

    @Test
    void aMachineOfManyGpusSaysThatOneIsUsed() {
        assertThat(java.util.Objects.requireNonNull(route(quote(LLAMA_8B, "{}"), "batch/p5.48xlarge/on-demand")
                                .terms())
                        .risks())
                .contains("It has 8 GPUs, of which the trainer uses one.");
    }

    @Test
    void whatTheTrainerWouldRefuseIsRefusedBeforeAMachineIsPaidFor() {
        BaseFacts bert = facts("""
                {"model_type":"bert","hidden_size":768,"num_hidden_layers":12,"intermediate_size":3072,
                 "num_attention_heads":12,"vocab_size":30522}""");
        String labels = "{\"objective\":\"classification\"}";
        assertThat(machine(quote(LLAMA_8B, labels)).refusals()).anyMatch(why -> why.contains("choose an encoder"));
        assertThat(machine(quote(bert, "{}")).refusals()).anyMatch(why -> why.contains("choose a base that answers"));
        assertThat(machine(quote(bert, labels)).refusals()).isEmpty();
        String full = "{\"method\":\"full\",\"objective\":\"%s\",\"maxTokens\":64}";
        BaseFacts small = facts("""
                {"hidden_size":192,"num_hidden_layers":6,"intermediate_size":512,"num_attention_heads":6,"vocab_size":2048}""");
        assertThat(machine(quote(small, full.formatted("dpo"))).refusals())
                .singleElement()
                .asString()
                .contains("lora or qlora");
        assertThat(machine(quote(small, full.formatted("sft"))).refusals()).isEmpty();
        assertThat(quote(LLAMA_8B, labels).routes())
                .filteredOn(route -> !route.provider().equals("batch"))
                .isNotEmpty()
                .allSatisfy(route -> assertThat(route.refusals())
                        .contains("tunes models that answer, and the rows are texts with labels"));
        assertThat(quote(LLAMA_8B, labels).routes())
                .anyMatch(route -> route.route().contains("bert-base"))
                .noneMatch(route -> route.route().contains("bloom-7b"));
    }

    private static RouteQuote machine(Quote quote) {
        return route(quote, "batch/g6e.xlarge/on-demand");
    }

    private static int[] usd(Quote quote, String name) {
        var usd = java.util.Objects.requireNonNull(route(quote, name).trainingUsd());
        return new int[] {
            usd.low().intValue(), usd.expected().intValue(), usd.high().intValue()
        };
    }
}
