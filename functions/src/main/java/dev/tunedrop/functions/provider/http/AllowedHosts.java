package dev.tunedrop.functions.provider.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

/// Which addresses may be spoken to. A host is allowed by its full name, or by `.suffix` for everything below a domain;
/// by default an address must be public and the scheme `https`.
///
/// Names are resolved here just before each call. The Java runtime keeps an answer for thirty seconds and connects to
/// that one, so a name cannot change its mind in between.
///
/// @param loopback also `http` to this machine, for a service that runs on it
public record AllowedHosts(List<String> hosts, boolean loopback) {

    private static final int HTTPS = 443;

    public AllowedHosts {
        hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
    }

    /// The address as a URI, or why it may not be used.
    public URI check(String url) {
        URI uri = parsed(url);
        String host = uri.getHost();
        if (host == null || host.isEmpty()) throw refused(url, "it names no host");
        if (uri.getRawUserInfo() != null) throw refused(url, "it carries a user name or password");
        if (uri.getRawFragment() != null) throw refused(url, "it has a fragment");
        if (loopback && here(host)) {
            if (!List.of("http", "https").contains(uri.getScheme())) throw refused(url, "its scheme is not http");
            return uri;
        }
        if (!"https".equals(uri.getScheme())) throw refused(url, "its scheme is not https");
        if (uri.getPort() != -1 && uri.getPort() != HTTPS) throw refused(url, "its port is not 443");
        if (!listed(host.toLowerCase(Locale.ROOT))) throw refused(url, "its host is not on the list");
        return uri;
    }

    /// Refuses a host that resolves to an address which is not public.
    void checkResolved(URI uri) throws UnknownHostException {
        String host = uri.getHost();
        if (loopback && here(host)) return;
        for (InetAddress address : InetAddress.getAllByName(host))
            if (!PublicAddress.is(address)) throw refused(uri.toString(), "its host resolves to a private address");
    }

    private boolean listed(String host) {
        for (String allowed : hosts) {
            if (allowed.startsWith(".")
                    ? host.endsWith(allowed) && host.length() > allowed.length()
                    : host.equals(allowed)) return true;
        }
        return false;
    }

    private static boolean here(String host) {
        return host.equals("127.0.0.1") || host.equals("[::1]") || host.equals("localhost");
    }

    private static URI parsed(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw refused(url, "it is no URL");
        }
    }

    private static ForbiddenAddress refused(String url, String why) {
        return new ForbiddenAddress("The address " + printable(url) + " may not be used: " + why
                + ". Name an https address of a host on the list of providers' hosts.");
    }

    /// Without what may be a secret, and short.
    private static String printable(String url) {
        String clean =
                url.replaceAll("//[^/@]*@", "//").replaceAll("[?#].*", "").replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= 100 ? clean : clean.substring(0, 100) + "…";
    }
}
