package dev.tunedrop.local.s3.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;

/// An object was written and is on the disk.
///
/// @param eTag without quotes
/// @param reason PutObject, CopyObject, CompleteMultipartUpload
/// @param sequencer orders the events of one key, as hexadecimal digits
public record ObjectCreated(String bucket, String key, long size, String eTag, String reason, String sequencer) {

    /// The `detail` of EventBridge's "Object Created".
    public ObjectNode detail() {
        ObjectNode detail = Json.mapper().createObjectNode().put("version", "0");
        detail.putObject("bucket").put("name", bucket);
        detail.putObject("object")
                .put("key", key)
                .put("size", size)
                .put("etag", eTag)
                .put("sequencer", sequencer);
        detail.put("request-id", sequencer).put("requester", "000000000000").put("source-ip-address", "127.0.0.1");
        return detail.put("reason", reason);
    }
}
