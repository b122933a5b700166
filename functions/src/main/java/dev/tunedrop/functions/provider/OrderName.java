package dev.tunedrop.functions.provider;

import java.nio.charset.StandardCharsets;

import dev.tunedrop.events.artefact.Sha256;

/// An order's name at a service, which is the same however often the order is sent: lower-case letters,
/// digits and a hyphen.
public final class OrderName {

    private static final int DIGITS = 32;

    private OrderName() {}

    public static String of(String orderKey) {
        return "tunedrop-"
                + Sha256.of(orderKey.getBytes(StandardCharsets.UTF_8)).substring(0, DIGITS);
    }
}
