package io.tcpecho.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.probe.MessageFormat;
import io.tcpecho.probe.Probe;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Target;
import io.tcpecho.testing.NioServer;
import io.tcpecho.text.Labels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What {@code probe} prints, and that it leaves nothing behind, against the server of
 * {@code nio}.
 */
class ProbeCommandTests {

	private static final String MILLIS = "\\d+\\.\\d{3}";

	@ParameterizedTest
	@EnumSource
	void whenTheFramingIsTheServersEveryExchangeIsOk(Framing framing) {
		try (NioServer server = NioServer.framing(framing).maxMessageSize(200).start()) {
			Invocation probe = Invocation.of("probe 127.0.0.1:" + server.port()
					+ " --count 3 --interval 0 --size 200 --framing " + Labels.of(framing));
			assertThat(probe.out()).contains(": 3 exchanges, 3 OK\n");
			assertThat(probe.exitCode()).isZero();
			server.awaitQuiet();
			assertThat(server.outcomes(framing == Framing.EOF ? Outcome.REPLIED : Outcome.CLOSED_BY_PEER)).isEqualTo(3);
		}
		await().untilAsserted(() -> assertThat(NioServer.threads("tcp-echo-probe")).isEmpty());
	}

	@Test
	void whenTheCountIsTheLargestNumberTheProbeBegins() throws InterruptedException {
		try (NioServer server = NioServer.framing(Framing.EOF).start()) {
			Probe probe = new Probe(new Probe.Settings(new Target("127.0.0.1", server.port()), MessageFormat.of("eof"),
					List.of(1, 2), Long.MAX_VALUE, Duration.ZERO, Duration.ofSeconds(5), Duration.ZERO));
			List<Result> results = new ArrayList<>();
			probe.run((result) -> {
				results.add(result);
				probe.stop();
			});
			assertThat(results).isNotEmpty();
		}
	}

	@Test
	void whenSizesAreGivenEachHasItsSeriesAndItsSummary() {
		try (NioServer server = NioServer.framing(Framing.EOF).start()) {
			Invocation probe = Invocation
				.of("probe localhost:" + server.port() + " --count 2 --interval 10ms --size 64B,0,5KB,5121B");
			assertThat(probe.out()).matches(
					("""
							PROBE localhost:PORT, framing eof, timeout 5000 ms
							seq=1 OK 64 bytes, connect MS ms, first byte MS ms, total MS ms, ROUTE
							seq=2 OK 64 bytes, connect MS ms, first byte MS ms, total MS ms, ROUTE
							seq=3 OK 0 bytes, connect MS ms, total MS ms, ROUTE
							seq=4 OK 0 bytes, connect MS ms, total MS ms, ROUTE
							seq=5 OK 5120 bytes, connect MS ms, first byte MS ms, total MS ms, ROUTE
							seq=6 OK 5120 bytes, connect MS ms, first byte MS ms, total MS ms, ROUTE
							seq=7 RESET_AFTER_FIN 5121 bytes, connect MS ms, total MS ms, ROUTE: RST after 0 of 5121 bytesOTHERS
							seq=8 RESET_AFTER_FIN 5121 bytes, connect MS ms, total MS ms, ROUTE: RST after 0 of 5121 bytesOTHERS
							--- localhost:PORT: 8 exchanges, 6 OK, 2 RESET_AFTER_FIN, 25.0 % loss
							64 bytes: 2 of 2 OK, total min MS, p50 MS, p99 MS, max MS ms
							0 bytes: 2 of 2 OK, total min MS, p50 MS, p99 MS, max MS ms
							5120 bytes: 2 of 2 OK, total min MS, p50 MS, p99 MS, max MS ms
							5121 bytes: 0 of 2 OK
							RESET_AFTER_FIN: The message is larger than the server or a proxy accepts: messages up to 5120 bytes \
							are OK, those from 5121 bytes on are not.
							tcp-echo probe --diagnose localhost:PORT looks for the cause.
							""")
						.replace("PORT", "" + server.port())
						.replace("MS", MILLIS)
						.replace("ROUTE", "to [0-9.:]+ from port \\d+")
						.replace("OTHERS", "( \\(\\d other address(es)?: --all-addresses\\))?"));
			assertThat(probe.exitCode()).isEqualTo(ExitCode.VERDICT.number());
			server.awaitQuiet();
		}
	}

	@Test
	void whenAskedForJsonThereIsAnObjectForEachExchangeAndOneForTheSummary() {
		try (NioServer server = NioServer.framing(Framing.EOF).start()) {
			Invocation probe = Invocation
				.of("probe 127.0.0.1:" + server.port() + " --count 1 --interval 0 --size 5KB,0,5121B --json");
			List<String> lines = probe.out().lines().toList();
			String exchange = "\\{\"seq\": %d, \"verdict\": \"%s\", \"size\": %d, \"bytesSent\": %3$d, "
					+ "\"bytesReceived\": %d, \"connectMillis\": [0-9.]+, \"passage\": null, \"firstByteMillis\": %s, "
					+ "\"totalMillis\": [0-9.]+, \"detail\": \"%s\", \"beganAt\": \"20\\d\\d-[0-9T:.-]+Z\", "
					+ "\"address\": \"127.0.0.1\", \"localPort\": \\d+, \"target\": \"127.0.0.1:" + server.port()
					+ "\", \"evidence\": \\{.*\\}\\}";
			assertThat(lines).hasSize(4);
			assertThat(lines.get(0)).matches(exchange.formatted(1, "OK", 5120, 5120, "[0-9.]+", ""));
			assertThat(lines.get(1)).matches(exchange.formatted(2, "OK", 0, 0, "null", ""));
			assertThat(lines.get(2))
				.matches(exchange.formatted(3, "RESET_AFTER_FIN", 5121, 0, "null", "RST after 0 of 5121 bytes"));
			assertThat(lines.get(3)).matches("\\{\"summary\": \\{\"exchanges\": 3, \"ok\": 2, \"lossPercent\": 33.3, "
					+ "\"verdicts\": \\{\"OK\": 2, \"RESET_AFTER_FIN\": 1\\}, \"causes\": \\[\\{\"cause\": \"message-limit\".*\\}\\], \"totalMillis\": \\{\"min\": [0-9.]+, "
					+ "\"p50\": [0-9.]+, \"p99\": [0-9.]+, \"max\": [0-9.]+\\}\\}\\}");
		}
	}

	@Test
	void whenNoExchangeIsOkThereAreNoTimesInTheSummary() {
		Invocation probe = Invocation.of("probe no-such-host.invalid:7 --count 1 --json");
		assertThat(probe.out().lines().skip(1)).singleElement()
			.asString()
			.startsWith("{\"summary\": {\"exchanges\": 1, \"ok\": 0, \"lossPercent\": 100.0, "
					+ "\"verdicts\": {\"DNS_FAILURE\": 1}, \"causes\": [{\"cause\": \"unknown-name\", ")
			.endsWith("}], \"totalMillis\": null}}");
	}

	@ParameterizedTest
	@CsvSource({ "127.0.0.1, 127.0.0.1", "localhost, 127.0.0.1", "[::1], ::1" })
	void whenTheTargetIsAnAddressOrANameItIsReached(String host, String listening) {
		try (NioServer server = NioServer.framing(Framing.EOF).address(listening).start()) {
			Invocation probe = Invocation.of("probe " + host + ":" + server.port() + " --count 1");
			assertThat(probe.out()).contains("--- " + host + ":" + server.port() + ": 1 exchange, 1 OK\n");
			assertThat(Stream.of(server.accepted())).containsExactly(1L);
		}
	}

	@Test
	void whenTheHalfCloseIsDelayedTheReplyWaitsForIt() {
		try (NioServer server = NioServer.framing(Framing.EOF).start()) {
			Invocation probe = Invocation
				.of("probe 127.0.0.1:" + server.port() + " --count 1 --half-close-delay 300ms");
			assertThat(probe.out())
				.containsPattern("seq=1 OK 64 bytes, connect .*, first byte (3|4|5|6|7|8|9)\\d\\d\\.");
		}
	}

}
