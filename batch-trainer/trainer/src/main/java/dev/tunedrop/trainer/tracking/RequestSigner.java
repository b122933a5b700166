package dev.tunedrop.trainer.tracking;

import java.net.URI;
import java.util.Map;

/// Says which headers prove who is asking.
@FunctionalInterface
public interface RequestSigner {

    /// @param body empty for a GET
    /// @return headers to set on the request
    Map<String, String> headers(String method, URI uri, byte[] body);
}
