package dev.tunedrop.functions.cloud.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.outcome.RecordFailureHandler;

class WiringTest {

    private final Map<String, String> settings = new HashMap<>(Map.of(
            "aws.region", "us-east-1",
            "aws.accessKeyId", "local",
            "aws.secretAccessKey", "local",
            "TUNEDROP_DROPS", "drops",
            "TUNEDROP_ARTEFACTS", "artefacts",
            "TUNEDROP_BASES", "bases",
            "TUNEDROP_LEDGER", "ledger",
            "TUNEDROP_BUS", "bus",
            "TUNEDROP_STATE_MACHINE", "arn:aws:states:us-east-1:000000000000:stateMachine:tunedrop"));

    @BeforeEach
    void set() {
        settings.forEach(System::setProperty);
    }

    @AfterEach
    void clear() {
        settings.keySet().forEach(System::clearProperty);
    }

    @Test
    void lambdasConstructorIsWiredWithTheDoorsOnAws() {
        Cloud cloud = Wiring.cloud();
        assertThat(cloud.ledger()).isInstanceOf(DynamoLedger.class);
        assertThat(cloud.endpoints()).isInstanceOf(SageMakerEndpoints.class);
        assertThat(cloud.artefacts().address("runs/x")).isEqualTo("s3://artefacts/runs/x");
        assertThat(new RecordFailureHandler()).isNotNull();
    }

    @Test
    void eachFunctionInstanceIsWiredForItself() {
        Cloud first = Wiring.cloud();
        System.setProperty("TUNEDROP_DROPS", "others");
        assertThat(Wiring.cloud().drops().bucket()).isEqualTo("others");
        assertThat(first.drops().bucket()).isEqualTo("drops");
    }
}
