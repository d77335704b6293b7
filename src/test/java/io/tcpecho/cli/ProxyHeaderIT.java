package io.tcpecho.cli;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Proxy;
import io.tcpecho.testing.ScriptedServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The PROXY headers that {@code probe} and {@code load} send, read by the proxies that
 * are installed on the machine.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyHeaderIT {

	private static final String TLVS = " --proxy-tlv authority=a.example,unique-id=00ff,0xE0=aa,crc32c";

	private final EchoServer server = EchoServer.framing("eof")
		.property("tcp-echo.listeners.line.enabled", "true")
		.property("tcp-echo.listeners.line.port", "0")
		.start();

	private final Proxy haproxy = Proxy.haproxyBinding("accept-proxy", this.server.port());

	private final Proxy nginx = Proxy.nginxListening("proxy_protocol", this.server.port(), "proxy_half_close on;");

	@AfterAll
	void stop() {
		this.haproxy.close();
		this.nginx.close();
		this.server.awaitQuiet();
		this.server.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "--proxy v1", "--proxy v2", "--proxy local", "--proxy v2" + TLVS,
			"--proxy v2 --proxy-source [2001:db8::1]:50000" })
	void whenHaproxyOrNginxExpectsAHeaderExchangesAreOk(String options) {
		for (Proxy proxy : List.of(this.haproxy, this.nginx)) {
			Invocation probe = Invocation.of("probe " + options + " --count 3 --interval 0 127.0.0.1:" + proxy.port());
			assertThat(probe.out()).contains(": 3 exchanges, 3 OK\n");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "v1", "v2" })
	void whenAHeaderIsSplitHaproxyAndNginxDoNotWaitForTheRest(String version) {
		int calls = this.server.serviceCalls();
		for (Proxy proxy : List.of(this.haproxy, this.nginx)) {
			Invocation probe = Invocation
				.of("probe --proxy " + version + " --proxy-split --count 1 127.0.0.1:" + proxy.port());
			assertThat(probe.out()).containsPattern("seq=1 (RESET_WHILE_SENDING|EARLY_CLOSE) ");
		}
		assertThat(this.server.serviceCalls()).isEqualTo(calls);
	}

	@ParameterizedTest
	@ValueSource(strings = { "v1", "v2", "v2" + TLVS })
	void whenAddressesAreGivenHaproxyTakesThemForTheClients(String options) throws Exception {
		BlockingQueue<String> lines = new LinkedBlockingQueue<>();
		try (ScriptedServer server = echoBehindLine(lines);
				Proxy haproxy = Proxy.haproxyBinding("accept-proxy", server.port(), "default-server send-proxy")) {
			Invocation probe = Invocation.of("probe --proxy " + options
					+ " --proxy-source 192.0.2.9:4321 --proxy-destination 198.51.100.7:99 --count 1 127.0.0.1:"
					+ haproxy.port());
			assertThat(probe.out())
				.startsWith("PROBE 127.0.0.1:" + haproxy.port() + ", PROXY V" + options.charAt(1) + ",")
				.contains("\nseq=1 OK ");
			assertThat(lines.poll(10, TimeUnit.SECONDS)).isEqualTo("PROXY TCP4 192.0.2.9 198.51.100.7 4321 99\r\n");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "--proxy v2 --proxy-tlv 0x03=00000000 " })
	void whenAHeaderIsMissingOrItsChecksumIsWrongHaproxyEndsTheConnection(String options) {
		int calls = this.server.serviceCalls();
		Invocation probe = Invocation.of("probe " + options + "--count 1 127.0.0.1:" + this.haproxy.port());
		assertThat(probe.exitCode()).isEqualTo(ExitCode.VERDICT.number());
		assertThat(this.server.serviceCalls()).isEqualTo(calls);
	}

	@Test
	void whenALoadSendsHeadersItIsOk() {
		int port = this.server.context()
			.getEnvironment()
			.getRequiredProperty("local.tcp-echo.line.port", Integer.class);
		try (Proxy line = Proxy.haproxyBinding("accept-proxy", port)) {
			Invocation load = Invocation.of("load --proxy v2 -f line -c 4 -w 0s -d 500ms 127.0.0.1:" + line.port());
			assertThat(load.exitCode()).as(load.out()).isZero();
			assertThat(load.out()).startsWith("LOAD 127.0.0.1:" + line.port() + ", PROXY V2, framing line");
		}
	}

	/** Start a server that takes one line for itself and echoes the rest. */
	private static ScriptedServer echoBehindLine(BlockingQueue<String> lines) {
		return ScriptedServer.running((socket) -> {
			String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
			int end = all.indexOf('\n') + 1;
			lines.add(all.substring(0, end));
			socket.getOutputStream().write(all.substring(end).getBytes(StandardCharsets.ISO_8859_1));
			socket.close();
		});
	}

}
