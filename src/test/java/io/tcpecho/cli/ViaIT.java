package io.tcpecho.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.ForwardProxies;
import io.tcpecho.testing.Proxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code probe} and {@code load} through real proxies that have to be asked for a
 * connection, which are installed on the machine.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ViaIT {

	private static final String THREE = " --count 3 --interval 0 --size 64B,100KB ";

	private final EchoServer server = EchoServer.framing("eof")
		.listener("max-message-size", "1MB")
		.property("tcp-echo.listeners.line.enabled", "true")
		.property("tcp-echo.listeners.line.port", "0")
		.property("tcp-echo.listeners.line.max-message-size", "1MB")
		.start();

	@AfterAll
	void stop() {
		this.server.awaitQuiet();
		this.server.close();
	}

	@ParameterizedTest
	@CsvSource({ "socks5,127.0.0.1", "socks5,localhost", "socks5h,127.0.0.1", "socks5h,localhost" })
	void whenDanteIsAskedForAnAddressOrANameExchangesAreOk(String scheme, String host) {
		try (Proxy dante = ForwardProxies.dante()) {
			assertOk(probe(scheme, dante, THREE, host + ":" + this.server.port()), 6);
		}
	}

	@Test
	void whenSshIsAskedExchangesAreOk() {
		try (Proxy sshd = ForwardProxies.sshd(); Proxy ssh = ForwardProxies.ssh(sshd)) {
			assertOk(probe("socks5h", ssh, THREE, "localhost:" + this.server.port()), 6);
		}
	}

	@ParameterizedTest
	@CsvSource({ "microsocks,socks5,127.0.0.1", "microsocks,socks5h,localhost", "tinyproxy,http,localhost",
			"squid,http,127.0.0.1" })
	void whenAProxyThatLosesHalfClosesIsAskedAFramingWithoutThemIsOk(String name, String scheme, String host) {
		try (Proxy proxy = start(name)) {
			Invocation lost = probe(scheme, proxy, " --count 1 ", host + ":" + this.server.port());
			assertThat(lost.out()).contains("\nseq=1 REPLY_LOST 64 bytes, ");
			assertOk(probe(scheme, proxy, THREE + "--framing line ", host + ":" + linePort()), 6);
		}
	}

	private static Proxy start(String name) {
		return switch (name) {
			case "microsocks" -> ForwardProxies.microsocks();
			case "dante" -> ForwardProxies.dante();
			case "tinyproxy" -> ForwardProxies.tinyproxy();
			default -> ForwardProxies.squid();
		};
	}

	@Test
	void whenOneProxyIsBehindAnotherEachIsAskedForTheNext() {
		try (Proxy tinyproxy = ForwardProxies.tinyproxy(); Proxy dante = ForwardProxies.dante()) {
			Invocation probe = probe("http", tinyproxy,
					" --via socks5h://localhost:" + dante.port() + THREE + "--framing line ",
					"localhost:" + linePort());
			assertOk(probe, 6);
			assertThat(probe.out()).startsWith("PROBE localhost:" + linePort() + ", via http://127.0.0.1:"
					+ tinyproxy.port() + ", via socks5h://localhost:" + dante.port() + ", framing line");
		}
	}

	@Test
	void whenMicrosocksWantsALoginItIsGivenAndNeverShown() {
		try (Proxy microsocks = ForwardProxies.microsocks("-u", "user", "-P", "se@cret")) {
			String target = " --count 1 --framing line 127.0.0.1:" + linePort();
			Invocation probe = Invocation
				.of("probe --via socks5://user:se%40cret@127.0.0.1:" + microsocks.port() + target + " --json");
			assertThat(probe.exitCode()).isZero();
			assertThat(probe.out() + probe.err()).doesNotContain("user", "se%40cret", "se@cret");
			Invocation wrong = Invocation.of("probe --via socks5://user:wrong@127.0.0.1:" + microsocks.port() + target);
			assertThat(wrong.out()).contains("\nseq=1 VIA_REFUSED ", ", user or password is wrong\n")
				.doesNotContain(":wrong", "user:");
			Invocation none = Invocation.of("probe --via socks5://127.0.0.1:" + microsocks.port() + target);
			assertThat(none.out()).contains("\nseq=1 VIA_REFUSED ", " refused: it wants a login, and none is given\n");
		}
	}

	@Test
	void whenTinyproxyWantsALoginItIsGiven() {
		try (Proxy tinyproxy = ForwardProxies.tinyproxy("BasicAuth user secret")) {
			String target = " --count 1 --framing line 127.0.0.1:" + linePort();
			assertOk(Invocation.of("probe --via http://user:secret@127.0.0.1:" + tinyproxy.port() + target), 1);
			assertThat(Invocation.of("probe --via http://127.0.0.1:" + tinyproxy.port() + target).out())
				.contains("\nseq=1 VIA_REFUSED ", " refused: status 407 Proxy Authentication Required\n");
		}
	}

	@ParameterizedTest
	@CsvSource({ "microsocks,socks5,'code 5, connection refused'", "dante,socks5h,'code 5, connection refused'",
			"tinyproxy,http,status 500 Unable to connect", "squid,http,status 503 Service Unavailable" })
	void whenNothingListensBehindAProxyItsRefusalIsShown(String name, String scheme, String refusal)
			throws IOException {
		try (Proxy proxy = start(name); Socket taken = new Socket()) {
			taken.bind(new InetSocketAddress("127.0.0.1", 0));
			Invocation probe = probe(scheme, proxy, " --count 1 ", "127.0.0.1:" + taken.getLocalPort());
			assertThat(probe.out()).contains("\nseq=1 VIA_REFUSED 64 bytes, connect ", ": " + scheme + "://127.0.0.1:"
					+ proxy.port() + ", asked for 127.0.0.1:" + taken.getLocalPort() + ", refused: " + refusal + "\n");
			assertThat(probe.exitCode()).isEqualTo(ExitCode.VERDICT.number());
		}
	}

	@Test
	void whenTheRulesOfDanteForbidTheDestinationItSaysSo() {
		try (Proxy dante = ForwardProxies.dante("socks block { from: 0.0.0.0/0 to: 127.0.0.1/32 port = 9 }")) {
			assertThat(probe("socks5", dante, " --count 1 ", "127.0.0.1:9").out())
				.contains(", refused: code 2, not allowed by its rules\n");
		}
	}

	@Test
	void whenSocksIsSpokenToAnHttpProxyItIsNamed() {
		try (Proxy tinyproxy = ForwardProxies.tinyproxy(); Proxy microsocks = ForwardProxies.microsocks()) {
			String target = "127.0.0.1:" + this.server.port();
			assertThat(probe("socks5", tinyproxy, " --count 1 --timeout 1s ", target).out())
				.contains("\nseq=1 VIA_FAILED ");
			assertThat(probe("http", microsocks, " --count 1 --timeout 1s ", target).out())
				.contains("\nseq=1 VIA_FAILED ");
		}
	}

	@Test
	void whenALoadGoesThroughAProxyItsTimeIsShownApart() {
		try (Proxy dante = ForwardProxies.dante()) {
			Invocation load = Invocation.of("load --via socks5://127.0.0.1:" + dante.port()
					+ " -c 4 -w 0s -d 500ms 127.0.0.1:" + this.server.port());
			assertThat(load.exitCode()).as(load.out()).isZero();
			assertThat(load.out()).startsWith("LOAD 127.0.0.1:" + this.server.port() + ", via socks5://127.0.0.1:")
				.containsPattern("\nconnect +\\d.*\nvia +\\d.*\nexchange +\\d");
		}
	}

	private int linePort() {
		return this.server.context().getEnvironment().getRequiredProperty("local.tcp-echo.line.port", Integer.class);
	}

	private static Invocation probe(String scheme, Proxy proxy, String options, String target) {
		return Invocation.of("probe --via " + scheme + "://127.0.0.1:" + proxy.port() + options + target);
	}

	private static void assertOk(Invocation probe, int count) {
		assertThat(probe.out())
			.contains(": " + count + " exchange" + ((count == 1) ? "" : "s") + ", " + count + " OK\n")
			.containsPattern("\nseq=1 OK 64 bytes, connect [0-9.]+ ms, via [0-9.]+ ms, first byte ");
		assertThat(probe.exitCode()).isZero();
	}

}
