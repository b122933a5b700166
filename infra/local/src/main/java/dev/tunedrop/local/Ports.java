package dev.tunedrop.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/// Loopback ports.
final class Ports {

    private Ports() {}

    /// The port if nobody has it, else 0: any.
    static int freeOr(int port) {
        if (port == 0) return 0;
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException taken) {
            return 0;
        }
    }
}
