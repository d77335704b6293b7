package io.tcpecho.cli;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.ScriptedServer;
import io.tcpecho.text.Labels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The options of {@code probe} that say where from and where to, how connections are used
 * and what is printed, against the server of {@code nio}.
 */
class ProbeOptionsTests {

	@Test
	void whenASourceIsNamedConnectionsComeFromIt() {
		Queue<SocketAddress> peers = new ConcurrentLinkedQueue<>();
		try (ScriptedServer server = ScriptedServer.running((socket) -> {
			peers.add(socket.getRemoteSocketAddress());
			socket.getOutputStream().write(socket.getInputStream().readAllBytes());
			socket.close();
		})) {
			Invocation probe = Invocation
				.of("probe 127.0.0.1:" + server.port() + " --count 2 --interval 0 --source 127.0.0.9");
			assertThat(probe.exitCode()).as(probe.out()).isZero();
			assertThat(peers).hasSize(2)
				.allSatisfy((peer) -> assertThat(((InetSocketAddress) peer).getAddress().getHostAddress())
					.isEqualTo("127.0.0.9"));
			Matcher port = Pattern.compile("from port (\\d+)").matcher(probe.out());
			assertThat(port.results().map((match) -> match.group(1)).toList()).containsExactlyElementsOf(
					peers.stream().map((peer) -> "" + ((InetSocketAddress) peer).getPort()).toList());
		}
	}

	@Test
	void whenTheSourceIsNotOursItIsLocalErrorAndNoOtherIsTaken() {
		try (NioServer server = NioServer.framing(Framing.EOF).start()) {
			Invocation probe = Invocation.of("probe 127.0.0.1:" + server.port() + " --count 1 --source 203.0.113.1");
			assertThat(probe.exitCode()).isEqualTo(ExitCode.LOCAL_ERROR.number());
			assertThat(probe.out()).contains("\nseq=1 LOCAL_ERROR 64 bytes, ");
			assertThat(server.accepted()).isZero();
		}
	}

	@Test
	void whenConnectionsAreKeptEachCarriesSoManyExchanges() {
		try (NioServer server = NioServer.framing(Framing.LINE).start()) {
			Invocation probe = Invocation
				.of("probe 127.0.0.1:" + server.port() + " --framing line --count 7 --interval 0 --keep 3 --json");
			assertThat(probe.exitCode()).as(probe.out()).isZero();
			server.awaitQuiet();
			assertThat(server.accepted()).isEqualTo(3);
			assertThat(server.serviceCalls()).isEqualTo(7);
			assertThat(server.outcomes(Outcome.CLOSED_BY_PEER)).isEqualTo(3);
			List<String> reused = Pattern.compile("\"reused\": (true|false)")
				.matcher(probe.out())
				.results()
				.map((match) -> match.group(1))
				.toList();
			assertThat(reused).containsExactly("false", "true", "true", "false", "true", "true", "false");
		}
	}

	@Test
	void whenAKeptConnectionIsEndedMeanwhileTheNextExchangeTells() {
		try (ScriptedServer server = ScriptedServer.running((socket) -> {
			socket.getOutputStream().write(socket.getInputStream().readNBytes(65));
			socket.close();
		})) {
			Invocation probe = Invocation
				.of("probe 127.0.0.1:" + server.port() + " --framing line --count 3 --interval 200ms --keep 2 --json");
			assertThat(probe.out()).containsPattern("\"seq\": 1, \"verdict\": \"OK\"")
				.containsPattern("\"seq\": 2, \"verdict\": \"EARLY_CLOSE\".*\"ending\": \"FIN_BEFORE_FIRST_BYTE\"")
				.containsPattern("\"seq\": 3, \"verdict\": \"OK\"");
			assertThat(server.accepted()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "EOF", "LINE", "LENGTH_2", "STREAM" })
	void whenThereArePausesTheMessageArrivesInItsHalves(Framing framing) {
		try (NioServer server = NioServer.framing(framing).start()) {
			Invocation probe = Invocation.of("probe 127.0.0.1:" + server.port()
					+ " --count 1 --pause-before 150ms --pause 200ms --json --framing " + Labels.of(framing));
			assertThat(probe.exitCode()).as(probe.out()).isZero();
			assertThat(millis(probe, "firstSent") - millis(probe, "connected")).isGreaterThanOrEqualTo(149);
			assertThat(millis(probe, "lastSent") - millis(probe, "firstSent")).isGreaterThanOrEqualTo(199);
		}
	}

	@Test
	void whenThereAreSeveralTargetsTheyAreProbedHopByHopWithOneSummary() {
		try (NioServer good = NioServer.framing(Framing.EOF).start();
				ScriptedServer bad = ScriptedServer.running((socket) -> {
					socket.getInputStream().readAllBytes();
					socket.close();
				})) {
			Invocation probe = Invocation
				.of("probe 127.0.0.1:" + good.port() + " 127.0.0.1:" + bad.port() + " --count 2 --interval 0");
			assertThat(probe.exitCode()).isEqualTo(ExitCode.VERDICT.number());
			assertThat(probe.out()).containsSubsequence("PROBE 127.0.0.1:" + good.port() + ", ", "seq=1 OK ",
					"seq=2 OK ", "PROBE 127.0.0.1:" + bad.port() + ", ", "seq=1 REPLY_LOST ", "seq=2 REPLY_LOST ",
					"--- 2 targets: 4 exchanges, 2 OK, 2 REPLY_LOST, 50.0 % loss\n",
					"127.0.0.1:" + good.port() + ", 64 bytes: 2 of 2 OK, total min ",
					"127.0.0.1:" + bad.port() + ", 64 bytes: 0 of 2 OK\n",
					"The first target that is not OK is 127.0.0.1:" + bad.port() + ".\n");
		}
	}

	@Test
	void whenAskedToFailFastTheFirstFailureIsTheLastExchangeOfAll() {
		try (NioServer good = NioServer.framing(Framing.EOF).start();
				ScriptedServer bad = ScriptedServer.running((socket) -> {
					socket.getInputStream().readAllBytes();
					socket.close();
				})) {
			Invocation probe = Invocation.of("probe 127.0.0.1:" + bad.port() + " 127.0.0.1:" + good.port()
					+ " --count 5 --interval 0 --fail-fast");
			assertThat(probe.exitCode()).isEqualTo(ExitCode.VERDICT.number());
			assertThat(probe.out()).contains("--- 2 targets: 1 exchange, 1 REPLY_LOST, 100.0 % loss\n");
			assertThat(bad.accepted()).isOne();
			assertThat(good.accepted()).isZero();
		}
	}

	@Test
	void whenAskedForTheTimeOfDayEachLineBeginsWithIt() {
		try (NioServer server = NioServer.framing(Framing.EOF).start()) {
			Invocation probe = Invocation.of("probe 127.0.0.1:" + server.port() + " -D --count 2 --interval 0");
			assertThat(probe.out().lines().filter((line) -> line.contains("seq="))).hasSize(2)
				.allMatch(
						(line) -> line.matches("20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z seq=\\d OK .*"));
		}
	}

	@ParameterizedTest
	@CsvSource({ "-4, 127.0.0.1, OK", "-6, 127.0.0.1, DNS_FAILURE", "-4, [::1], DNS_FAILURE", "-6, [::1], OK" })
	void whenAFamilyIsNamedOnlyItsAddressesAreTried(String option, String host, String verdict) {
		String listening = host.replace("[", "").replace("]", "");
		try (NioServer server = NioServer.framing(Framing.EOF).address(listening).start()) {
			Invocation probe = Invocation.of("probe " + host + ":" + server.port() + " --count 1 " + option);
			assertThat(probe.out()).contains("seq=1 " + verdict + " ");
			if (!verdict.equals("OK")) {
				assertThat(probe.out())
					.contains(": " + listening + ": no " + (option.equals("-4") ? "IPv4" : "IPv6") + " address\n");
			}
		}
	}

	@Test
	void whenThereAreFewExchangesTheSummaryHasTheFiguresOfTheLines() {
		try (NioServer server = NioServer.framing(Framing.EOF).start()) {
			Invocation probe = Invocation.of("probe 127.0.0.1:" + server.port() + " --count 4 --interval 0");
			List<Double> totals = Pattern.compile("seq=.*, total ([\\d.]+) ms")
				.matcher(probe.out())
				.results()
				.map((match) -> Double.valueOf(match.group(1)))
				.sorted()
				.toList();
			assertThat(totals).hasSize(4);
			assertThat(probe.out()).contains("total min %.3f, p50 %.3f, p99 %.3f, max %.3f ms\n"
				.formatted(totals.get(0), totals.get(1), totals.get(3), totals.get(3)));
		}
	}

	@ParameterizedTest
	@CsvSource({ "1.5s, 1500", "1m30s, 90000", "0.5, 500", "2m, 120000", "1500ms, 1500", "2, 2000", "1h0.5s, 3600500" })
	void whenADurationHasPartsOrAFractionItIsUnderstood(String text, long millis) throws Exception {
		assertThat(new Converters.DurationConverter().convert(text).toMillis()).isEqualTo(millis);
	}

	@ParameterizedTest
	@CsvSource({ "5K, 5120", "5kb, 5120", "5KiB, 5120", "1.5KB, 1536", "64, 64", "64B, 64", "1mib, 1048576" })
	void whenASizeHasAnyUsualUnitItIsUnderstood(String text, int bytes) throws Exception {
		assertThat(new Converters.SizeConverter().convert(text)).isEqualTo(bytes);
	}

	@ParameterizedTest
	@CsvSource({ "192.0.2.1, 192.0.2.1, 0", "192.0.2.1:50000, 192.0.2.1, 50000", "2001:db8::1, 2001:db8:0:0:0:0:0:1, 0",
			"[2001:db8::1]:50000, 2001:db8:0:0:0:0:0:1, 50000", "[::1], 0:0:0:0:0:0:0:1, 0" })
	void whenASourceIsAnAddressItIsUnderstood(String text, String address, int port) throws Exception {
		InetSocketAddress source = new Converters.SourceConverter().convert(text);
		assertThat(source.getAddress().getHostAddress()).isEqualTo(address);
		assertThat(source.getPort()).isEqualTo(port);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "--keep 0 | keep 0 is less than 1",
			"--keep 2 | keep 2 needs a framing that keeps connections, such as line, not eof",
			"--keep 2 --framing line --all-addresses | keep 2 needs a single address, not all-addresses",
			"-4 -6 | -4 and -6 exclude each other", "-6 --source 127.0.0.1 | source 127.0.0.1 is no IPv6 address",
			"--pause 5s | pause 5000ms is not less than timeout 5000ms",
			"--pause-before 5s | pause-before 5000ms is not less than timeout 5000ms",
			"--pause 3s --pause-before 2s | pause-before + pause + half-close-delay 5000ms is not less than timeout 5000ms",
			"--pause 1s --size 1 | pause needs messages of at least 2 bytes, not 1",
			"--count 0 localhost:7008 | count 0 needs a single target, not 2",
			"--size 0.3B | option '--size' (SIZE): size 0.3B is no whole number of bytes",
			"--source localhost | option '--source': 'localhost' is no ADDRESS or ADDRESS:PORT, such as",
			"--source 127.0.0.1:65536 | option '--source': port 65536 of '127.0.0.1:65536' is not between 0 and 65535" })
	void whenAnOptionIsWrongOneLineNamesIt(String options, String problem) {
		Invocation probe = Invocation.of("probe localhost:7007 " + options);
		assertThat(probe.exitCode()).isEqualTo(ExitCode.USAGE.number());
		assertThat(probe.err()).contains(problem).endsWith(" (see tcp-echo probe --help)\n").hasLineCount(1);
		assertThat(probe.out()).isEmpty();
	}

	@Test
	void whenAskedForHelpItNamesEveryExitCode() {
		for (String command : List.of("probe", "load")) {
			assertThat(Invocation.of(command + " --help").out().replaceAll("\\s+", " "))
				.contains("0 all exchanges OK, 1 a verdict other than OK, 2 wrong arguments, 3 a local error")
				.contains("130 after Ctrl-C", "143 after SIGTERM");
		}
	}

	private static double millis(Invocation probe, String name) {
		Matcher matcher = Pattern.compile("\"" + name + "\": ([\\d.]+)").matcher(probe.out());
		assertThat(matcher.find()).as(probe.out()).isTrue();
		return Double.parseDouble(matcher.group(1));
	}

}
