package io.tcpecho.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.ScriptedServer;
import io.tcpecho.testing.Waits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What {@code load} does and prints, against the server of {@code nio} and misbehaving
 * ones.
 */
class LoadCommandTests {

	private static final Pattern EXCHANGES = Pattern.compile("--- \\S+: ([\\d,]+) exchanges? in (\\S+) s, ");

	@AfterEach
	void noThreadIsLeftBehind() {
		await().untilAsserted(() -> assertThat(NioServer.threads("tcp-echo-load")).isEmpty());
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "64", "5KB" })
	void whenTheServerEchoesEveryExchangeIsOk(String size) {
		try (NioServer server = NioServer.framing(Framing.EOF).start()) {
			Invocation load = Invocation
				.of("load 127.0.0.1:" + server.port() + " --duration 1s --warmup 0 --connections 8 --size " + size);
			assertThat(load.exitCode()).as(load.err()).isZero();
			assertThat(load.out()).startsWith("LOAD 127.0.0.1:" + server.port() + ", framing eof, ")
				.contains(" bytes, 8 connections, as fast as possible, 1 s after 0 s of warm-up\n")
				.containsPattern("\n +[\\d,]+ OK\n +p50 +p90 +p99 +p99.9 +max +ms\n"
						+ "connect +[\\d. ]+\nexchange +[\\d. ]+\ngenerator: \\d+ % of a core.*\n$");
			server.awaitQuiet();
			assertThat(exchanges(load)).isPositive()
				.isEqualTo(server.outcomes("0".equals(size) ? Outcome.EMPTY : Outcome.REPLIED))
				.isEqualTo(server.accepted());
		}
	}

	@Test
	void whenTheFramingKeepsConnectionsEachCarriesManyExchanges() {
		try (NioServer server = NioServer.framing(Framing.LINE).start()) {
			Invocation load = Invocation
				.of("load 127.0.0.1:" + server.port() + " --duration 1s --warmup 0 --connections 8 --framing line");
			assertThat(load.exitCode()).as(load.err()).isZero();
			server.awaitQuiet();
			assertThat(exchanges(load)).isGreaterThan(8).isEqualTo(server.serviceCalls());
			assertThat(server.accepted()).isEqualTo(8);
			assertThat(server.outcomes(Outcome.CLOSED_BY_PEER)).isEqualTo(8);
		}
	}

	@Test
	void whenThereIsAWarmUpItDoesNotCount() {
		try (NioServer server = NioServer.framing(Framing.EOF).start()) {
			Invocation load = Invocation
				.of("load 127.0.0.1:" + server.port() + " --duration 1s --warmup 1s --rate 100 --connections 8");
			assertThat(load.exitCode()).as(load.err()).isZero();
			assertThat(load.err()).containsPattern(" 1 s +\\d+/s +0 failed +p99 \\d+\\.\\d+ ms  \\(warm-up\\)\n");
			assertThat(exchanges(load)).isBetween(99L, 101L);
			server.awaitQuiet();
			assertThat(server.accepted()).isBetween(199L, 201L);
		}
	}

	@Test
	void whenTheLoadIsLightTheGeneratorSaysThatItIsNotTheLimit() {
		try (NioServer server = NioServer.framing(Framing.EOF).start()) {
			Invocation load = Invocation.of("load 127.0.0.1:" + server.port() + " --duration 1s --warmup 1s --rate 10");
			assertThat(load.out()).containsPattern("\nexchange .*\ngenerator: \\d+ % of a core\n$");
		}
	}

	@Test
	void whenARateIsGivenTheTimeOfWaitingCounts() {
		AtomicBoolean first = new AtomicBoolean(true);
		try (ScriptedServer server = ScriptedServer.running((socket) -> {
			byte[] message = socket.getInputStream().readAllBytes();
			if (first.getAndSet(false)) {
				Waits.pause(700);
			}
			socket.getOutputStream().write(message);
			socket.close();
		})) {
			Invocation load = Invocation
				.of("load 127.0.0.1:" + server.port() + " --duration 1s --warmup 0 --rate 100 --connections 1 --json");
			Matcher p50 = Pattern.compile("\"exchangeMillis\": \\{\"p50\": ([\\d.]+)").matcher(load.out());
			assertThat(p50.find()).isTrue();
			// One of a hundred was slow; but most others waited for it.
			assertThat(Double.parseDouble(p50.group(1))).isGreaterThan(100);
		}
	}

	@Test
	void whenExchangesFindNoConnectionTheirNumberIsTold() {
		try (ScriptedServer server = ScriptedServer.running((socket) -> socket.getInputStream().readAllBytes())) {
			Invocation load = Invocation.of("load 127.0.0.1:" + server.port()
					+ " --duration 1s --warmup 0 --rate 100 --connections 1 --timeout 2s");
			assertThat(load.exitCode()).isEqualTo(ExitCode.VERDICT.number());
			assertThat(load.out()).containsPattern(
					"\n +1 NO_REPLY: A proxy or tunnel does not pass our FIN on.*\n" + " +or: the server is silent.*\n"
							+ " +\\d+ were due but had no free connection; use more --connections or a lower --rate\n");
		}
	}

	@Test
	void whenExchangesFailTheyAreCountedByVerdict() throws IOException {
		try (Socket taken = new Socket()) {
			taken.bind(new InetSocketAddress("127.0.0.1", 0));
			Invocation load = Invocation
				.of("load 127.0.0.1:" + taken.getLocalPort() + " --duration 1s --warmup 0 --connections 4");
			assertThat(load.exitCode()).isEqualTo(ExitCode.VERDICT.number());
			assertThat(load.out()).containsPattern("\n +\\d+ REFUSED: Nothing listens on that port");
			// Not a storm of connects that fail at once.
			assertThat(exchanges(load)).isBetween(4L, 60L);
		}
	}

	@Test
	void whenAKeptConnectionIsClosedAnotherIsOpened() {
		try (ScriptedServer server = ScriptedServer.running((socket) -> {
			socket.getOutputStream().write(socket.getInputStream().readNBytes(65));
			socket.close();
		})) {
			Invocation load = Invocation.of("load 127.0.0.1:" + server.port()
					+ " --duration 1s --warmup 0 --rate 20 --connections 1 --framing line");
			assertThat(exchanges(load)).isBetween(19L, 21L);
			// An exchange that has waited may begin before the FIN is seen, and meet it.
			assertThat(load.out()).containsPattern("\n +\\d+ OK\n");
			assertThat(server.accepted()).isBetween(2, 21);
		}
	}

	@Test
	void whenTheNameIsUnknownItIsDnsFailure() {
		Invocation load = Invocation.of("load no-such-host.invalid:7");
		assertThat(load.exitCode()).isEqualTo(ExitCode.VERDICT.number());
		assertThat(load.out()).contains(": 1 exchange in 0 s, 0 OK a second").contains(" 1 DNS_FAILURE: ");
	}

	@Test
	void whenAskedForJsonTheSummaryIsOneObject() {
		try (NioServer server = NioServer.framing(Framing.EOF).start()) {
			Invocation load = Invocation
				.of("load localhost:" + server.port() + " --duration 1s --warmup 0 --rate 50 --json");
			String percentiles = "\\{\"p50\": [\\d.]+, \"p90\": [\\d.]+, \"p99\": [\\d.]+, \"p99.9\": [\\d.]+, "
					+ "\"max\": [\\d.]+\\}";
			assertThat(load.out()).matches("\\{\"target\": \"localhost:" + server.port()
					+ "\", \"framing\": \"eof\", \"size\": 64, \"sizes\": \\[64\\], \"connections\": 32, \"targetRate\": 50, "
					+ "\"entrance\": null, \"warmupSeconds\": 0.0, \"durationSeconds\": 1.0, \"timeoutSeconds\": 10.0, "
					+ "\"beganAt\": \"20[^\"]+Z\", \"version\": \"[^\"]+\", \"host\": \"[^\"]+\", \"machine\": \"[^\"]+\", "
					+ "\"seconds\": 1.0, \"exchanges\": (49|50|51), \"rate\": (49|50|51).0, \"bytesPerSecond\": \\d{4}, \"verdicts\": "
					+ "\\{\"OK\": \\d+\\}, \"causes\": \\[\\], \"replicas\": \\[\\], \"notBegun\": 0, \"generatorCores\": [01]\\.\\d+, \"connectMillis\": "
					+ percentiles + ", \"viaMillis\": null, \"tls\": null, \"exchangeMillis\": " + percentiles
					+ ", \"exchangePercentileMillis\": \\{\"0\": [\\d.]+, "
					+ "(\"\\d+(\\.\\d+)?\": [\\d.]+, ){13}\"99.99\": [\\d.]+\\}, \"bySize\": \\[\\{.+\\}\\], "
					+ "\"series\": \\[\\{\"second\": 1, \"length\": 1.0, \"warmUp\": false, \"ok\": .+\\}\\], "
					+ "\"generators\": \\[\\], \"notes\": \\[\\], \"conditions\": \\[\\]\\}\n");
		}
	}

	@Test
	void theSeriesHasEachSecondWithItsVerdictsAndItsPercentiles() throws IOException {
		try (Socket taken = new Socket()) {
			taken.bind(new InetSocketAddress("127.0.0.1", 0));
			Invocation load = Invocation.of("load 127.0.0.1:" + taken.getLocalPort()
					+ " --duration 1s --warmup 1s --rate 20 --connections 20 --json");
			JsonNode series = JsonMapper.shared().readTree(load.out()).get("series");
			assertThat(series.size()).isBetween(2, 3);
			assertThat(series.at("/0/warmUp").asBoolean()).isTrue();
			assertThat(series.at("/1/warmUp").asBoolean()).isFalse();
			assertThat(series.at("/1/ok").asInt()).isZero();
			assertThat(series.at("/1/failed/REFUSED").asInt()).isBetween(19, 21);
			assertThat(series.at("/1/p99Millis").isNull()).isTrue();
		}
	}

	@Test
	void whenThereAreSeveralSizesTheyTakeTurnsAndEachHasItsFigures() {
		try (NioServer server = NioServer.framing(Framing.LINE).start()) {
			Invocation load = Invocation.of("load 127.0.0.1:" + server.port()
					+ " --duration 1s --warmup 0 --rate 100 --framing line --size 0,64,1KB --json");
			assertThat(load.exitCode()).as(load.err()).isZero();
			JsonNode summary = JsonMapper.shared().readTree(load.out());
			assertThat(summary.get("size").isNull()).isTrue();
			assertThat(summary.get("sizes").toString()).isEqualTo("[0,64,1024]");
			for (int i = 0; i < 3; i++) {
				JsonNode size = summary.get("bySize").get(i);
				assertThat(size.get("size").asInt()).isEqualTo(new int[] { 0, 64, 1024 }[i]);
				assertThat(size.get("exchanges").asInt()).isBetween(32, 35);
				assertThat(size.at("/verdicts/OK").asInt()).isEqualTo(size.get("exchanges").asInt());
				assertThat(size.at("/exchangeMillis/p99").asDouble()).isPositive();
			}
			Invocation text = Invocation.of("load 127.0.0.1:" + server.port()
					+ " --duration 300ms --warmup 0 --rate 100 --framing line --size 64,5KB");
			assertThat(text.out()).contains(", 64 and 5120 bytes in turn, ")
				.containsPattern(
						"\n +p50 .*\n(.*\n)?exchange {9}[ \\d.]+\n  64 bytes  [ \\d.]+\n  5120 bytes[ \\d.]+\n");
		}
	}

	@Test
	void whenAskedForAReportThePageNeedsNoOtherFile(@TempDir Path directory) throws IOException {
		Path file = directory.resolve("report.html");
		try (NioServer server = NioServer.framing(Framing.EOF).start()) {
			Invocation load = Invocation
				.of("load 127.0.0.1:" + server.port() + " --duration 2s --warmup 0 --report " + file);
			assertThat(load.exitCode()).as(load.err()).isZero();
		}
		String page = Files.readString(file);
		assertThat(page).startsWith("<!DOCTYPE html>").contains("<title>Load on 127.0.0.1:").endsWith("</html>\n");
		assertThat(page).containsPattern("<td>generator: \\d+ % of a core");
		assertThat(page.split("<svg ", -1)).hasSize(4);
		assertThat(page).containsPattern("<path class='line plot-1' d='M[\\d.]+ [\\d.]+L")
			.doesNotContain("NaN", "Infinity");
		assertThat(page).doesNotContain("src=", "href=", "http:", "https:", "url(", "<script");
	}

	@Test
	void whenTheReportCouldNotBeWrittenNothingIsLoaded(@TempDir Path directory) throws IOException {
		Path page = Files.writeString(directory.resolve("report.html"), "old");
		try (NioServer server = NioServer.framing(Framing.EOF).start()) {
			for (String option : List.of("--report", "--hlog")) {
				for (String problem : List.of(directory + " is a directory",
						directory + "/no/x.html is in no directory that exists",
						page + " exists; --force replaces it")) {
					Invocation load = Invocation
						.of("load 127.0.0.1:" + server.port() + " " + option + " " + problem.split(" ")[0]);
					assertThat(load.exitCode()).isEqualTo(ExitCode.USAGE.number());
					assertThat(load.err())
						.isEqualTo("tcp-echo load: " + option + " " + problem + " (see tcp-echo load --help)\n");
					assertThat(load.out()).isEmpty();
				}
			}
			assertThat(server.accepted()).isZero();
			Invocation forced = Invocation.of("load 127.0.0.1:" + server.port()
					+ " --duration 100ms --warmup 0 --rate 50 --force --report " + page);
			assertThat(forced.exitCode()).as(forced.err()).isZero();
			assertThat(page).content().startsWith("<!DOCTYPE html>");
		}
	}

	@Test
	void whenTheReportCannotBeWrittenAtTheEndItIsALocalErrorAndTheSummaryIsPrinted(@TempDir Path directory) {
		try (NioServer server = NioServer.framing(Framing.EOF).start()) {
			// A name that is too long is found out by writing.
			Path file = directory.resolve("x".repeat(300));
			Invocation load = Invocation
				.of("load 127.0.0.1:" + server.port() + " --duration 100ms --warmup 0 --rate 50 --report " + file);
			assertThat(load.exitCode()).isEqualTo(ExitCode.LOCAL_ERROR.number());
			assertThat(load.err()).contains("tcp-echo load: cannot write " + file);
			assertThat(load.out()).contains(" OK\n");
		}
	}

	@Test
	void whenTheLogCannotBeWrittenItIsALocalError(@TempDir Path directory) {
		Path file = directory.resolve("x".repeat(300));
		Invocation load = Invocation.of("load 127.0.0.1:7 --duration 100ms --warmup 0 --hlog " + file);
		assertThat(load.exitCode()).isEqualTo(ExitCode.LOCAL_ERROR.number());
		assertThat(load.err()).contains("tcp-echo load: cannot write " + file);
	}

	@Test
	void whenAConditionIsMetASentenceHasTheValueAndTheLimit() {
		try (NioServer server = NioServer.framing(Framing.EOF).start()) {
			String command = "load 127.0.0.1:" + server.port() + " --duration 200ms --warmup 0 --rate 50";
			Invocation failed = Invocation.of(command + " --fail-if errors>0.1% --fail-if p50>1us");
			assertThat(failed.exitCode()).isEqualTo(ExitCode.VERDICT.number());
			assertThat(failed.out()).containsPattern(
					"\nPassed: errors are 0 %, not more than 0.1 %.\nFailed: p50 is [\\d.]+ ms, more than 0.001 ms.\n$");
			Invocation passed = Invocation.of(command + " --fail-if p50>1m --json");
			assertThat(passed.exitCode()).isZero();
			JsonNode condition = JsonMapper.shared().readTree(passed.out()).get("conditions").get(0);
			assertThat(condition.get("condition").asString()).isEqualTo("p50>1m");
			assertThat(condition.get("value").asDouble()).isBetween(0.001, 60_000.0);
			assertThat(condition.get("failed").asBoolean()).isFalse();
		}
	}

	@Test
	void whenErrorsAreAllowedByAConditionTheyAreNoFailure() throws IOException {
		try (Socket taken = new Socket()) {
			taken.bind(new InetSocketAddress("127.0.0.1", 0));
			String command = "load 127.0.0.1:" + taken.getLocalPort() + " --duration 100ms --warmup 0 --rate 50";
			assertThat(Invocation.of(command + " --fail-if p99<0ms").exitCode()).isEqualTo(ExitCode.VERDICT.number());
			assertThat(Invocation.of(command + " --fail-if errors>100%").exitCode()).isZero();
			assertThat(Invocation.of(command + " --fail-if errors>=100%").exitCode())
				.isEqualTo(ExitCode.VERDICT.number());
			assertThat(Invocation.of(command + " --fail-if REFUSED>1000 --fail-if errors>100%").exitCode()).isZero();
		}
	}

	@Test
	void whenThereAreSeveralTargetsOneLineRefusesThem() {
		Invocation load = Invocation.of("load localhost:7007 localhost:7008");
		assertThat(load.exitCode()).isEqualTo(ExitCode.USAGE.number());
		assertThat(load.err())
			.isEqualTo("tcp-echo load: load needs a single target, not 2 (see tcp-echo load --help)\n");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "--connections 0 | connections 0 is not between 1 and 1000000",
			"--rate -1 | rate -1 is not between 0 and 1000000", "--duration 0 | duration 0ms is not more than 0ms",
			"--fail-if p99 | Invalid value for option '--fail-if' (CONDITION): 'p99' is no condition; allowed are p50, p99, ",
			"--size 64B,64 | size 64 is given twice", "--compare old.hlog | --compare needs --report",
			"--report new.html --compare no.hlog | no.hlog is no file",
			"--framing length-1 --size 256B | size 256 is not between 0 and 255 bytes, as framing length-1 needs it",
			"--connections 1000 --size 1GB | connections 1000 x size 1073741824 = 1073741824000 bytes, more than half" })
	void whenAnArgumentIsWrongOneLineNamesIt(String options, String problem) {
		Invocation load = Invocation.of("load localhost:7007 " + options);
		assertThat(load.exitCode()).isEqualTo(ExitCode.USAGE.number());
		assertThat(load.err()).startsWith("tcp-echo load: " + problem)
			.endsWith(" (see tcp-echo load --help)\n")
			.hasLineCount(1);
	}

	private static long exchanges(Invocation load) {
		Matcher matcher = EXCHANGES.matcher(load.out());
		assertThat(matcher.find()).as(load.out()).isTrue();
		return Long.parseLong(matcher.group(1).replace(",", ""));
	}

}
