package dev.tunedrop.functions.managed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.provider.Providers;

/// Which services the wiring of a deployed function sets up, from nothing but its configuration.
class SetUpTest {

    private final Map<String, String> before = new LinkedHashMap<>();

    @BeforeEach
    void anInstallation() {
        for (String name : new String[] {"DROPS", "ARTEFACTS", "BASES", "LEDGER", "STATE_MACHINE", "BUS"})
            set("TUNEDROP_" + name, "tunedrop");
        set("aws.region", "us-east-1");
    }

    @AfterEach
    void asItWas() {
        before.forEach((name, value) -> {
            if (value.isEmpty()) System.clearProperty(name);
            else System.setProperty(name, value);
        });
    }

    private void set(String name, String value) {
        before.putIfAbsent(name, System.getProperty(name, ""));
        System.setProperty(name, value);
    }

    @Test
    void aServiceWithoutItsConfigurationSaysWhatIsMissing() {
        Providers providers = Wiring.services().providers();
        assertThat(providers.lacking("bedrock")).contains("no role is configured for it; set TUNEDROP_BEDROCK_ROLE");
        assertThat(providers.lacking("sagemaker"))
                .contains("no role is configured for it; set TUNEDROP_SAGEMAKER_ROLE");
        assertThat(providers.lacking("fireworks"))
                .contains("no account is configured for it; set TUNEDROP_FIREWORKS_ACCOUNT");
        assertThat(providers.lacking("vertex")).contains("its set-up is not complete; set TUNEDROP_VERTEX_PROJECT");
        assertThat(providers.lacking("azure")).contains("its address is not configured; set TUNEDROP_AZURE_URL");
        assertThat(providers.lacking("openai")).isEmpty();
        assertThat(providers.lacking("anthropic")).contains("this version has no client of it");
    }

    @Test
    void aServiceWithItsConfigurationCanBeOrderedFrom() {
        set("TUNEDROP_BEDROCK_ROLE", "arn:aws:iam::111122223333:role/tunedrop");
        set("TUNEDROP_SAGEMAKER_ROLE", "arn:aws:iam::111122223333:role/tunedrop");
        set("TUNEDROP_SAGEMAKER_GROUP", "arn:aws:sagemaker:us-east-1:111122223333:model-package-group/tunedrop");
        set("TUNEDROP_FIREWORKS_ACCOUNT", "acme");
        set("TUNEDROP_VERTEX_PROJECT", "acme");
        set("TUNEDROP_VERTEX_BUCKET", "acme-rows");
        set("TUNEDROP_VERTEX_AUDIENCE", "//iam.googleapis.com/x");
        set("TUNEDROP_VERTEX_SERVICE_ACCOUNT", "tuner@acme.iam.gserviceaccount.com");
        Providers providers = Wiring.services().providers();
        for (String id : new String[] {"bedrock", "sagemaker", "fireworks", "vertex"}) {
            assertThat(providers.find(id)).as(id).isPresent();
            boolean inside = id.equals("bedrock") || id.equals("sagemaker");
            assertThat(providers.of(id).insideAccount()).as(id).isEqualTo(inside);
        }
    }
}
