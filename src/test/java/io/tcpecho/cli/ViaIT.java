package io.tcpecho.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.ForwardProxies;
import io.tcpecho.testing.Proxy;
import io.tcpecho.testing.ScriptedServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code probe} and {@code load} through real proxies that are asked for the way, which
 * are installed on the machine.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ViaIT {

	private final EchoServer server = EchoServer.framing("eof").listener("max-message-size", "1MB").start();

	@AfterAll
	void stop() {
		this.server.awaitQuiet();
		this.server.close();
	}

	private static Proxy start(String name) {
		return switch (name) {
			case "microsocks" -> ForwardProxies.microsocks();
			case "danted" -> ForwardProxies.dante();
			case "tinyproxy" -> ForwardProxies.tinyproxy();
			case "squid" -> ForwardProxies.squid();
			default -> throw new IllegalArgumentException(name);
		};
	}

	@ParameterizedTest
	@ValueSource(strings = { "microsocks", "danted", "tinyproxy", "squid" })
	void eachSchemeAndNameGetsThrough(String name) {
		try (Proxy proxy = start(name)) {
			for (String scheme : name.endsWith("y") || name.equals("squid") ? new String[] { "http" }
					: new String[] { "socks5", "socks5h" }) {
				for (String host : new String[] { "127.0.0.1", "localhost" }) {
					Invocation probe = Invocation.of("probe --via " + scheme + "://127.0.0.1:" + proxy.port()
							+ " --count 3 --interval 0 --size 64B,1MB " + host + ":" + this.server.port());
					System.err.println(probe);
				}
			}
		}
	}

}
