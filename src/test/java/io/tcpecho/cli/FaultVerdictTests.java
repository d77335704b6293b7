package io.tcpecho.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.tcpecho.connection.Outcome;
import io.tcpecho.fault.FaultType;
import io.tcpecho.probe.Verdict;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.EchoServerBuilder;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Management.Answer;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import io.tcpecho.testing.TestCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table of docs/faults.md: each fault leads to one verdict, with our own server and
 * our own prober.
 */
@TestInstance(Lifecycle.PER_CLASS)
class FaultVerdictTests {

	private static final Path PAGE = Path.of("docs", "faults.md");

	private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\{.*})` \\| (?:`(.*)`)?[^|`]*\\| ([A-Z_]+) \\|$");

	private final EchoServer server = server("eof");

	private final EchoServer lines = server("line");

	@TempDir
	private static Path directory;

	private EchoServer secured;

	private EchoServer proxied;

	@BeforeAll
	void startSecured() {
		TestCertificate certificate = TestCertificate.authority("faults").issue("CN=faults", "DNS:localhost");
		certificate.writeChain(directory.resolve("tls.crt"));
		certificate.writeKey(directory.resolve("tls.key"));
		this.secured = securedBuilder().start();
		this.proxied = securedBuilder().listener("proxy-protocol.mode", "required").start();
	}

	@AfterEach
	void nothingIsLeftBehind() {
		for (EchoServer each : List.of(this.server, this.lines, this.secured, this.proxied)) {
			assertThat(each.management().asOperator().delete("/faults").status()).isEqualTo(200);
			each.awaitQuiet();
			assertThat(each.outcomes(Outcome.WRITE_TIMEOUT)).isZero();
		}
	}

	@AfterAll
	void stop() {
		this.server.close();
		this.lines.close();
		this.secured.close();
		this.proxied.close();
	}

	@ParameterizedTest
	@MethodSource("rows")
	void whenAFaultIsSetTheProberSeesTheVerdictOfThePage(Row row) {
		boolean tls = row.options().contains("--tls");
		EchoServer each = tls ? this.secured : this.server;
		long before = each.outcomes(Outcome.FAULT);
		assertVerdict(each, row);
		each.management().asOperator().delete("/faults");
		each.awaitQuiet();
		assertThat(each.outcomes(Outcome.FAULT)).isEqualTo(before + 1);
		Invocation without = Invocation
			.of("probe --count 1 " + (tls ? "--tls --insecure " : "") + "127.0.0.1:" + each.port());
		assertThat(without.out()).contains("\nseq=1 OK ");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"type":"latency","latency":50}         |                 | OK
			{"type":"slicer","average_size":7}      |                 | OK
			{"type":"timeout"}                      | --timeout 300ms | NO_REPLY
			{"type":"limit_data","bytes":10}        |                 | TRUNCATED
			{"type":"reset_peer","after":10}        |                 | RESET_IN_REPLY
			{"type":"corrupt","offset":17}          |                 | CORRUPT
			{"type":"extra"}                        |                 | EXTRA_BYTES
			{"type":"early_fin"}                    |                 | REPLY_LOST
			{"type":"no_fin"}                       | --timeout 300ms | STALLED
			""")
	void whenAConnectionStaysOpenFaultsAreSeenToo(String fault, String options, Verdict verdict) {
		assertVerdict(this.lines, new Row(fault, "--framing line " + ((options != null) ? options : ""), verdict));
	}

	/**
	 * The faults are on top of all layers: they count no byte of the PROXY header or of
	 * TLS, and an end that they ask for is the end of TLS, too.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"type":"latency","latency":50}         |                 | OK
			{"type":"limit_data","bytes":10}        |                 | TRUNCATED
			{"type":"reset_peer","after":10}        |                 | RESET_IN_REPLY
			{"type":"corrupt","offset":17}          |                 | CORRUPT
			{"type":"early_fin"}                    |                 | REPLY_LOST
			{"type":"no_fin"}                       | --timeout 300ms | STALLED
			""")
	void whenAProxySpeaksForTheClientAndTlsIsUsedFaultsAreTheSame(String fault, String options, Verdict verdict) {
		long before = this.proxied.outcomes(Outcome.FAULT);
		assertVerdict(this.proxied,
				new Row(fault, "--proxy v2 --tls --insecure " + ((options != null) ? options : ""), verdict));
		this.proxied.management().asOperator().delete("/faults");
		this.proxied.awaitQuiet();
		assertThat(this.proxied.outcomes(Outcome.FAULT)).isEqualTo(before + 1);
		assertThat(this.proxied.outcomes(Outcome.PROXY_REFUSED)).isZero();
	}

	@Test
	void whenAFaultActedBeforeTheClientWasSilentForTooLongTheOutcomeIsFault() {
		try (EchoServer impatient = builder("eof").listener("timeouts.idle", "500ms").start()) {
			Answer set = impatient.management()
				.asOperator()
				.put("/faults/echo", "{\"faults\":[{\"type\":\"early_reply\"}],\"for\":\"1m\"}");
			assertThat(set.status()).as(set.body()).isEqualTo(200);
			try (Peer peer = Peer.connect(impatient.port())) {
				Reply reply = peer.send("hello").readToEnd();
				assertThat(reply.text()).isEqualTo("h");
				assertThat(reply.end()).isEqualTo(End.RST);
			}
			impatient.awaitQuiet();
			assertThat(impatient.outcomes(Outcome.FAULT)).isOne();
			assertThat(impatient.outcomes(Outcome.IDLE_TIMEOUT)).isZero();
		}
	}

	@Test
	void everyTypeIsInBothTablesOfThePage() throws IOException {
		String page = Files.readString(PAGE);
		for (FaultType type : FaultType.values()) {
			assertThat(page).contains("\n| `" + type + "` | ");
		}
		assertThat(rows().map(Row::type)).contains(FaultType.values());
	}

	private static void assertVerdict(EchoServer server, Row row) {
		Answer set = server.management()
			.asOperator()
			.put("/faults/echo", "{\"faults\":[" + row.fault() + "],\"for\":\"1m\"}");
		assertThat(set.status()).as(set.body()).isEqualTo(200);
		Invocation probe = Invocation
			.of(("probe --count 1 127.0.0.1:" + server.port() + " " + row.options()).strip().replaceAll(" +", " "));
		assertThat(probe.out()).contains("\nseq=1 " + row.verdict() + " ");
		assertThat(probe.exitCode())
			.isEqualTo(((row.verdict() == Verdict.OK) ? ExitCode.OK : ExitCode.VERDICT).number());
	}

	private static Stream<Row> rows() throws IOException {
		List<Row> rows = ROW.matcher(Files.readString(PAGE))
			.results()
			.map((row) -> new Row(row.group(1), (row.group(2) != null) ? row.group(2) : "",
					Verdict.valueOf(row.group(3))))
			.toList();
		assertThat(rows).hasSizeGreaterThan(15);
		return rows.stream();
	}

	private static EchoServer server(String framing) {
		return builder(framing).start();
	}

	private static EchoServerBuilder securedBuilder() {
		return builder("eof").listener("tls.bundle", "echo")
			.property("spring.ssl.bundle.pem.echo.keystore.certificate", "file:" + directory.resolve("tls.crt"))
			.property("spring.ssl.bundle.pem.echo.keystore.private-key", "file:" + directory.resolve("tls.key"));
	}

	private static EchoServerBuilder builder(String framing) {
		return EchoServer.framing(framing)
			.management()
			.property("spring.security.user.password", Management.PASSWORD)
			.property("tcp-echo.faults.enabled", "true");
	}

	/**
	 * A row of the table.
	 */
	record Row(String fault, String options, Verdict verdict) {

		FaultType type() {
			return Arrays.stream(FaultType.values())
				.filter((type) -> this.fault.contains("\"type\":\"" + type + "\""))
				.findFirst()
				.orElseThrow();
		}

	}

}
