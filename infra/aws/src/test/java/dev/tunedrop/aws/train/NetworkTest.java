package dev.tunedrop.aws.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import dev.tunedrop.aws.Synthesis;

class NetworkTest {

    /// What a service adds to a policy by itself, a later deployment takes away.
    @Test
    void theTemplateItselfLetsTheNetworksRefusalsBeWrittenDown() {
        assertThat(Synthesis.template().all("AWS::EC2::FlowLog")).hasSize(1);
        JsonNode policy = Synthesis.template().one("AWS::S3::BucketPolicy", "StorageAccessLog");
        List<JsonNode> delivery = StreamSupport.stream(
                        policy.path("PolicyDocument").path("Statement").spliterator(), false)
                .filter(statement -> statement.path("Principal").toString().contains("delivery.logs.amazonaws.com"))
                .toList();
        assertThat(delivery)
                .isNotEmpty()
                .allSatisfy(statement ->
                        assertThat(statement.path("Condition").toString()).contains("aws:SourceAccount"));
        assertThat(delivery.toString()).contains("s3:PutObject", "s3:GetBucketAcl", "/network/");
    }
}
