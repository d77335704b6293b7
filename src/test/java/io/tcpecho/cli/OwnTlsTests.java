package io.tcpecho.cli;

import io.tcpecho.testing.Certificates;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.EchoServerBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code probe} and {@code load} over TLS with the listeners of this server.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnTlsTests {

	private final Certificates certificates = Certificates.make();

	private final EchoServer server = start();

	private EchoServer start() {
		EchoServerBuilder builder = EchoServer.framing("eof")
			.property("spring.ssl.bundle.pem.own.keystore.certificate", file("server.crt"))
			.property("spring.ssl.bundle.pem.own.keystore.private-key", file("server.key"))
			.property("spring.ssl.bundle.pem.own.truststore.certificate", file("ca.pem"))
			.listener("tls.bundle", "own");
		listener(builder, "line", "framing", "line");
		listener(builder, "mutual", "tls.client-auth", "need");
		listener(builder, "mutual-line", "tls.client-auth", "need", "framing", "line");
		listener(builder, "behind", "proxy-protocol.mode", "required");
		listener(builder, "negotiating", "tls.alpn", "lab/1,echo");
		listener(builder, "tolerant", "tls.close-notify", "optional");
		return builder.start();
	}

	private static void listener(EchoServerBuilder builder, String name, String... values) {
		String prefix = "tcp-echo.listeners." + name + ".";
		builder.property(prefix + "enabled", "true")
			.property(prefix + "port", "0")
			.property(prefix + "address", "127.0.0.1")
			.property(prefix + "tls.bundle", "own");
		for (int i = 0; i < values.length; i += 2) {
			builder.property(prefix + values[i], values[i + 1]);
		}
	}

	@AfterAll
	void stop() {
		this.server.awaitQuiet();
		this.server.close();
		this.certificates.close();
	}

	// Ends

	@ParameterizedTest
	@CsvSource({ "echo,both,OK", "echo,close-notify,OK", "echo,fin,RESET_AFTER_FIN", "tolerant,both,OK",
			"tolerant,close-notify,OK", "tolerant,fin,OK", "line,both,OK", "line,close-notify,OK",
			"line,fin,RESET_IN_REPLY" })
	void howTheClientEndsItsStreamDecidesWhetherTheMessageIsWhole(String listener, String end, String verdict) {
		Invocation probe = probe(listener, "--end " + end + (listener.equals("line") ? " --framing line" : ""));
		assertVerdict(probe, verdict);
	}

	// Versions

	@ParameterizedTest
	@ValueSource(strings = { "1.2", "1.3" })
	void aConnectionForManyLinesHasOneHandshakeOfEitherVersion(String version) {
		Invocation probe = probe("line",
				"--framing line --count 3 --interval 0 --keep 3 --json --tls-version " + version);
		assertThat(probe.exitCode()).as(probe.out()).isZero();
		assertThat(probe.out().lines().limit(3)).allMatch((line) -> line.contains("\"verdict\": \"OK\""))
			.filteredOn((line) -> line.contains("\"version\": \"TLSv" + version + "\""))
			.hasSize(1);
	}

	@Test
	void whereFinEndsTheMessageTls12IsRefused() {
		Invocation probe = probe("echo", "--tls-version 1.2");
		assertVerdict(probe, "TLS_REFUSED");
		assertThat(probe.out()).contains(": alert protocol_version\n");
	}

	// Client certificates

	@ParameterizedTest
	@CsvSource({ "mutual,eof,1.3", "mutual-line,line,1.3", "mutual-line,line,1.2" })
	void aClientThatNeedsACertificateIsServedWithOneThatIsTrusted(String listener, String framing, String version) {
		String options = "--framing " + framing + " --tls-version " + version;
		assertVerdict(probe(listener, options), "TLS_REFUSED");
		assertVerdict(probe(listener, options + " --cert " + this.certificates.file("stranger.pem")), "TLS_REFUSED");
		assertVerdict(probe(listener, options + " --cert " + this.certificates.file("client.pem")), "OK");
	}

	@Test
	void whenTheServersCertificateIsNotTrustedTheCheckIsNamed() {
		Invocation probe = Invocation.of("probe --tls --count 1 localhost:" + port("echo"));
		assertVerdict(probe, "TLS_UNTRUSTED");
		assertThat(probe.out()).contains(": issuer: ");
	}

	// PROXY header and application protocols

	@ParameterizedTest
	@ValueSource(strings = { "v1", "v2", "local" })
	void theProxyHeaderComesBeforeTls(String header) {
		assertVerdict(probe("behind", "--proxy " + header), "OK");
		assertVerdict(probe("behind", "--proxy " + header + " --end fin"), "RESET_AFTER_FIN");
	}

	@Test
	void whenTheProxyHeaderIsMissingTheHandshakeIsCut() {
		Invocation probe = probe("behind", "");
		assertVerdict(probe, "TLS_CUT");
	}

	@Test
	void theServersFirstApplicationProtocolThatTheClientOffersIsTaken() {
		assertThat(probe("negotiating", "--alpn h2,echo,lab/1 --json").out()).contains("\"verdict\": \"OK\"",
				"\"alpn\": \"lab/1\"");
		Invocation none = probe("negotiating", "--alpn h2");
		assertVerdict(none, "TLS_REFUSED");
		assertThat(none.out()).contains(": alert no_application_protocol\n");
	}

	// Plain clients

	@Test
	void whenAPlainClientMeetsTlsTheCauseIsNamed() {
		Invocation probe = Invocation.of("probe --count 1 localhost:" + port("echo"));
		assertThat(probe.out()).contains("\nCORRUPT: The port expects TLS, and we sent plain bytes: ");
	}

	// Load

	@ParameterizedTest
	@CsvSource({ "echo,''", "line,--framing line", "line,--framing line --tls-version 1.2", "behind,--proxy v2",
			"mutual,--cert CLIENT" })
	void aLoadOverTlsHasNoFailure(String listener, String options) {
		Invocation load = Invocation.of(("load --tls --ca " + this.certificates.file("ca.pem") + " "
				+ options.replace("CLIENT", this.certificates.file("client.pem").toString())
				+ " -c 4 -w 0s -d 500ms localhost:" + port(listener))
			.replaceAll(" +", " "));
		assertThat(load.exitCode()).as(load.out()).isZero();
		assertThat(load.out()).containsPattern("\nTLS: [1-9]\\d* full handshakes?");
	}

	private Invocation probe(String listener, String options) {
		String count = options.contains("--count") ? "" : " --count 1";
		return Invocation.of(("probe --tls --ca " + this.certificates.file("ca.pem") + count + " " + options
				+ " localhost:" + port(listener))
			.replaceAll(" +", " "));
	}

	private int port(String listener) {
		return this.server.context()
			.getEnvironment()
			.getRequiredProperty("local.tcp-echo." + listener + ".port", Integer.class);
	}

	private String file(String name) {
		return "file:" + this.certificates.file(name);
	}

	private static void assertVerdict(Invocation probe, String verdict) {
		assertThat(probe.out()).as(probe.err()).contains("\nseq=1 " + verdict + " 64 bytes, connect ");
	}

}
