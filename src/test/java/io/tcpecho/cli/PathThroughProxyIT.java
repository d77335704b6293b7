package io.tcpecho.cli;

import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Proxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code path ends} shows of real proxies: they turn RST into FIN, but HAProxy
 * passes that of the client on.
 */
@Tag("reliability")
class PathThroughProxyIT {

	private static EchoServer server;

	@BeforeAll
	static void start() {
		server = EchoServer.framing("eof").listener("service", "lab").start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void whenHaproxyIsOnTheWayTheServersResetsBecomeFin() {
		try (Proxy haproxy = Proxy.haproxy(server.port())) {
			assertResetsBecomeFin(ends(haproxy), "NO_LIMIT_FOUND: kept");
		}
	}

	@Test
	void whenNginxIsOnTheWayResetsBecomeFin() {
		try (Proxy nginx = Proxy.nginx(server.port(), "proxy_half_close on;")) {
			assertResetsBecomeFin(ends(nginx), "LIMIT_FOUND: RST became FIN");
		}
	}

	private static Invocation ends(Proxy proxy) {
		return Invocation.of("path 127.0.0.1:" + proxy.port() + " ends");
	}

	private static void assertResetsBecomeFin(Invocation path, String ofTheClient) {
		assertThat(path.out().lines()).hasSize(5)
			.contains("ends, server's FIN: NO_LIMIT_FOUND: kept",
					"ends, server's RST after its reply: LIMIT_FOUND: RST became FIN after 1000 of 1000 bytes",
					"ends, client's FIN: NO_LIMIT_FOUND: kept", "ends, client's RST: " + ofTheClient)
			.anySatisfy((line) -> assertThat(line)
				.startsWith("ends, server's RST in the middle of its reply: LIMIT_FOUND: RST became FIN after "));
		assertThat(path.exitCode()).isOne();
	}

}
