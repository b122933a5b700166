package dev.tunedrop.functions.provider.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {

    private static final AllowedHosts HOSTS = new AllowedHosts(List.of("api.openai.com", ".openai.azure.com"), false);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://api.openai.com/v1/",
                "https://API.OpenAI.com/v1/files?purpose=fine-tune",
                "https://api.openai.com:443/v1/",
                "https://team.openai.azure.com/openai/v1/",
                "https://a.b.openai.azure.com/",
            })
    void anHttpsAddressOfAListedHostIsAllowed(String url) {
        assertThat(HOSTS.check(url)).isEqualTo(URI.create(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // the scheme
                "http://api.openai.com/v1/",
                "HTTP://api.openai.com/",
                "ftp://api.openai.com/",
                "file:///etc/passwd",
                "gopher://api.openai.com/",
                "jar:https://api.openai.com/x.jar!/",
                "ws://api.openai.com/",
                "//api.openai.com/",
                "api.openai.com",
                "javascript:alert(1)",
                "data:text/plain,x",
                "unix:/var/run/docker.sock",
                // the port
                "https://api.openai.com:22/",
                "https://api.openai.com:8443/",
                "https://api.openai.com:80/",
                // hosts that only look listed
                "https://api.openai.com.evil.example/",
                "https://evil-api.openai.com/",
                "https://xapi.openai.com/",
                "https://openai.com/",
                "https://api.openai.co/",
                "https://api.openai.com./",
                "https://api.openai.com%2eevil.example/",
                "https://api.openai.com\u3002evil.example/",
                "https://openai.azure.com/",
                "https://.openai.azure.com/",
                "https://evilopenai.azure.com/",
                "https://team.openai.azure.com.evil.example/",
                "https://xn--api-openai-com/",
                // user info and tricks of parsers
                "https://api.openai.com@evil.example/",
                "https://evil.example@api.openai.com/",
                "https://user:pass@api.openai.com/",
                "https://api.openai.com\\@evil.example/",
                "https://evil.example\\.api.openai.com/",
                "https://evil.example#@api.openai.com/",
                "https://evil.example?@api.openai.com/",
                "https://evil.example/api.openai.com",
                "https://api.openai.com#x",
                "https://api.openai.com\t/",
                "https://api.openai.com\n/",
                " https://api.openai.com/",
                "https://[api.openai.com]/",
                "https:///v1/",
                "https://",
                "https:api.openai.com",
                "",
                // this machine and the network it stands in
                "https://localhost/",
                "https://127.0.0.1/",
                "https://127.1/",
                "https://2130706433/",
                "https://0x7f000001/",
                "https://0177.0.0.1/",
                "https://0/",
                "https://0.0.0.0/",
                "https://[::1]/",
                "https://[::]/",
                "https://[::ffff:127.0.0.1]/",
                "https://[::ffff:7f00:1]/",
                "https://10.0.0.1/",
                "https://172.16.0.1/",
                "https://192.168.1.1/",
                "https://100.64.0.1/",
                "https://[fc00::1]/",
                "https://[fe80::1]/",
                "https://[fe80::1%25eth0]/",
                "http://127.0.0.1:8080/",
                "http://localhost:7701/",
                "http://[::1]:7701/",
                // instance metadata and task credentials
                "http://169.254.169.254/latest/meta-data/",
                "https://169.254.169.254/",
                "https://169.254.170.2/v2/credentials",
                "https://[fd00:ec2::254]/",
                "https://2852039166/",
                "https://0xa9fea9fe/",
                "https://metadata.google.internal/",
                "https://metadata/",
                "https://instance-data/",
                "https://169.254.169.254.nip.io/",
                // other public hosts
                "https://evil.example/",
                "https://1.1.1.1/",
                "https://[2606:4700::1111]/",
            })
    void everythingElseIsRefused(String url) {
        assertThatExceptionOfType(ForbiddenAddress.class)
                .isThrownBy(() -> HOSTS.check(url))
                .withMessageStartingWith("The address ")
                .withMessageContaining(" may not be used: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.1.2.3",
                "100.64.0.1",
                "100.127.255.255",
                "127.0.0.1",
                "127.9.9.9",
                "169.254.169.254",
                "169.254.170.2",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.1",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.0.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:10.0.0.1",
                "::10.0.0.1",
                "64:ff9b::a00:1",
                "64:ff9b:1::1",
                "100::1",
                "2001::1",
                "2001:db8::1",
                "2002:a00:1::",
                "3fff::1",
                "fc00::1",
                "fd00:ec2::254",
                "fe80::1",
                "fec0::1",
                "ff02::1"
            })
    void anAddressThatIsNotOfThePublicInternetIsKnown(String address) throws UnknownHostException {
        assertThat(PublicAddress.is(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.167.255.255",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2606:4700::1111",
                "64:ff9b::101:101",
                "2001:200::1"
            })
    void aPublicAddressIsAllowed(String address) throws UnknownHostException {
        assertThat(PublicAddress.is(InetAddress.getByName(address))).isTrue();
    }

    @Test
    void aListedNameThatResolvesToThisMachineIsRefused() {
        AllowedHosts listed = new AllowedHosts(List.of("localhost"), false);
        assertThatExceptionOfType(ForbiddenAddress.class)
                .isThrownBy(() -> listed.checkResolved(URI.create("https://localhost/")))
                .withMessageContaining("resolves to a private address");
    }

    @Test
    void aServiceOnThisMachineIsAllowedOnlyWhereThatWasAskedFor() {
        AllowedHosts here = new AllowedHosts(List.of(), true);
        assertThat(here.check("http://127.0.0.1:7701/v1/").getPort()).isEqualTo(7701);
        assertThatExceptionOfType(ForbiddenAddress.class).isThrownBy(() -> here.check("http://127.0.0.2:7701/"));
        assertThatExceptionOfType(ForbiddenAddress.class).isThrownBy(() -> here.check("http://10.0.0.1/"));
    }

    @Test
    void theMessageShowsNoSecretOfTheAddress() {
        assertThatExceptionOfType(ForbiddenAddress.class)
                .isThrownBy(() -> HOSTS.check("https://me:hunter2@evil.example/?key=hunter3"))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter2", "hunter3"));
    }
}
