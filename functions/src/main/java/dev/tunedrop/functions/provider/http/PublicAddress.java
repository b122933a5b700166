package dev.tunedrop.functions.provider.http;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/// Tells addresses of the public Internet from all others: loopback, private, link-local (instance metadata, task
/// credentials), carrier NAT, benchmarking, documentation, multicast and reserved ones, and IPv6 forms that carry an
/// IPv4 address. Ranges from IANA's special-purpose registries.
final class PublicAddress {

    @SuppressWarnings("ArrayRecordComponent")
    private record Range(byte[] prefix, int bits) {
        boolean holds(byte[] address) {
            if (address.length != prefix.length) return false;
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit & 7);
                if ((address[bit >> 3] & mask) != (prefix[bit >> 3] & mask)) return false;
            }
            return true;
        }
    }

    private static final List<Range> SPECIAL = List.of(
            v4(0, 0, 0, 0, 8),
            v4(10, 0, 0, 0, 8),
            v4(100, 64, 0, 0, 10),
            v4(127, 0, 0, 0, 8),
            v4(169, 254, 0, 0, 16),
            v4(172, 16, 0, 0, 12),
            v4(192, 0, 0, 0, 24),
            v4(192, 0, 2, 0, 24),
            v4(192, 88, 99, 0, 24),
            v4(192, 168, 0, 0, 16),
            v4(198, 18, 0, 0, 15),
            v4(198, 51, 100, 0, 24),
            v4(203, 0, 113, 0, 24),
            v4(224, 0, 0, 0, 4),
            v4(240, 0, 0, 0, 4));

    private PublicAddress() {}

    static boolean is(InetAddress address) {
        return switch (address) {
            case Inet4Address four -> publicFour(four.getAddress());
            case Inet6Address six -> publicSix(six.getAddress());
            default -> false;
        };
    }

    private static boolean publicFour(byte[] address) {
        return SPECIAL.stream().noneMatch(range -> range.holds(address));
    }

    /// Global unicast is 2000::/3; within it 2001::/23 (protocols, Teredo), 2001:db8::/32, 2002::/16 (6to4) and
    /// 3fff::/20 are special. 64:ff9b::/96 carries an IPv4 address and lies outside.
    private static boolean publicSix(byte[] a) {
        int first = (a[0] & 0xff) << 8 | (a[1] & 0xff);
        int second = (a[2] & 0xff) << 8 | (a[3] & 0xff);
        boolean nat64 = first == 0x64 && second == 0xff9b;
        if (nat64) return publicFour(Arrays.copyOfRange(a, 12, 16));
        if ((first & 0xe000) != 0x2000) return false;
        if (first == 0x2001 && (second < 0x0200 || second == 0x0db8)) return false;
        return first != 0x2002 && !(first == 0x3fff && second < 0x1000);
    }

    private static Range v4(int a, int b, int c, int d, int bits) {
        return new Range(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d}, bits);
    }
}
