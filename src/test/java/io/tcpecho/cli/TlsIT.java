package io.tcpecho.cli;

import java.nio.file.Path;

import io.tcpecho.testing.Certificates;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.ForwardProxies;
import io.tcpecho.testing.Proxy;
import io.tcpecho.testing.Terminators;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code probe} and {@code load} over TLS with programs that are installed on the
 * machine, before a server without TLS.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsIT {

	private static final String ONE = "--count 1 ";

	private final Certificates certificates = Certificates.make();

	private final Path pem = this.certificates.file("server.pem");

	private final EchoServer server = EchoServer.framing("eof")
		.listener("max-message-size", "1MB")
		.property("tcp-echo.listeners.line.enabled", "true")
		.property("tcp-echo.listeners.line.port", "0")
		.start();

	@AfterAll
	void stop() {
		this.server.awaitQuiet();
		this.server.close();
		this.certificates.close();
	}

	// What each end of a stream leads to

	@ParameterizedTest
	@CsvSource({ "1.3,both,OK", "1.3,close-notify,OK", "1.3,fin,OK", "1.2,both,OK", "1.2,close-notify,OK",
			"1.2,fin,OK" })
	void whenHaproxyIsBeforeTheServerEachEndIsPassedOn(String version, String end, String verdict) {
		try (Proxy haproxy = Terminators.haproxy(this.pem, this.server.port(), "")) {
			assertVerdict(probe(haproxy, options(version, end)), verdict);
		}
	}

	@ParameterizedTest
	@CsvSource({ "1.3,both", "1.3,close-notify", "1.3,fin", "1.2,both", "1.2,close-notify", "1.2,fin" })
	void whenNginxPassesHalfClosesOnItEndsWithoutCloseNotify(String version, String end) {
		try (Proxy nginx = Terminators.nginx(this.pem, this.server.port(), "proxy_half_close on;")) {
			Invocation probe = probe(nginx, options(version, end));
			assertVerdict(probe, "NO_CLOSE_NOTIFY");
			assertThat(probe.out()).contains(": FIN without close_notify after 64 of 64 bytes\n",
					"\nNO_CLOSE_NOTIFY: A proxy or the server ends TLS by FIN alone");
			assertVerdict(probe(nginx, options(version, end) + "--accept-truncation "), "OK");
		}
	}

	@ParameterizedTest
	@CsvSource({ "1.3,both", "1.3,close-notify", "1.3,fin", "1.2,both", "1.2,close-notify", "1.2,fin" })
	void whenNginxHasItsDefaultTheReplyIsLost(String version, String end) {
		try (Proxy nginx = Terminators.nginx(this.pem, this.server.port(), "")) {
			Invocation probe = probe(nginx, options(version, end));
			assertVerdict(probe, "REPLY_LOST");
			assertThat(probe.out()).contains(": FIN without close_notify after 0 of 64 bytes\n");
		}
	}

	@ParameterizedTest
	@CsvSource({ "1.3,both", "1.3,close-notify", "1.2,both", "1.2,close-notify" })
	void whenStunnelOrSocatIsBeforeTheServerCloseNotifyIsPassedOn(String version, String end) {
		try (Proxy stunnel = Terminators.stunnel(this.pem, this.server.port(), "");
				Proxy socat = Terminators.socat(this.pem, this.server.port())) {
			assertVerdict(probe(stunnel, options(version, end)), "OK");
			assertVerdict(probe(socat, options(version, end)), "OK");
		}
	}

	@ParameterizedTest
	@CsvSource({ "1.3,both", "1.3,close-notify", "1.2,both", "1.2,close-notify" })
	void whenNcatIsBeforeItsProgramTheReplyComesOrIsLostByCloseNotify(String version, String end) {
		try (Proxy ncat = Terminators.ncat(this.pem)) {
			// It ends when it reads our end, and the reply of cat races with that.
			assertThat(probe(ncat, options(version, end)).out())
				.containsPattern("\nseq=1 (OK .*|REPLY_LOST .*: close_notify after 0 of 64 bytes)\n");
		}
	}

	@ParameterizedTest
	@CsvSource({ "socat,1.3", "ncat,1.3", "openssl,1.3", "socat,1.2", "ncat,1.2", "openssl,1.2" })
	void whenAFinWithoutCloseNotifyIsRefusedTheAlertIsShown(String name, String version) {
		try (Proxy proxy = switch (name) {
			case "socat" -> Terminators.socat(this.pem, this.server.port());
			case "ncat" -> Terminators.ncat(this.pem);
			default -> Terminators.openssl(this.pem);
		}) {
			Invocation probe = probe(proxy, options(version, "fin"));
			assertVerdict(probe, "TLS_REFUSED");
			assertThat(probe.out()).contains(": alert decode_error, after the handshake\n",
					"\nTLS_REFUSED: The peer takes a FIN without close_notify for a cut stream, and refuses it: ");
		}
	}

	@Test
	void whenAServerOfOpensslEndsAtOurEndTheReplyIsLost() {
		try (Proxy openssl = Terminators.openssl(this.pem)) {
			Invocation probe = probe(openssl, options("1.3", "both"));
			assertVerdict(probe, "REPLY_LOST");
			assertThat(probe.out()).contains(": close_notify after 0 of 64 bytes\n");
		}
	}

	// Certificates

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			"stranger | issuer: unable to find valid certification path | No authority that we trust has issued",
			"name     | name: No subject alternative DNS name matching localhost | is for another name than the one asked",
			"expired  | date: validity check failed | has expired, or is not valid yet" })
	void whenTheServersCertificateIsWrongTheCheckIsNamed(String certificate, String detail, String cause) {
		try (Proxy openssl = Terminators.openssl(this.certificates.file(certificate + ".pem"))) {
			Invocation probe = probe(openssl, ONE);
			assertVerdict(probe, "TLS_UNTRUSTED");
			assertThat(probe.out()).contains(": " + detail, cause);
			assertThat(probe(openssl, "--insecure " + ONE, "").out()).contains("\nseq=1 REPLY_LOST ");
		}
	}

	@Test
	void whenTheServersNameIsGivenItIsTheOneThatIsChecked() {
		try (Proxy haproxy = Terminators.haproxy(this.certificates.file("name.pem"), this.server.port(), "")) {
			assertVerdict(probe(haproxy, "--server-name other.example" + " " + ONE), "OK");
			assertVerdict(probe(haproxy, "--server-name localhost" + " " + ONE), "TLS_UNTRUSTED");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "haproxy", "stunnel", "openssl" })
	void whenAClientCertificateIsWantedItsAbsenceIsRefusedByAnAlert(String name) {
		Path authority = this.certificates.file("ca.pem");
		try (Proxy proxy = switch (name) {
			case "haproxy" ->
				Terminators.haproxy(this.pem, this.server.port(), "ca-file " + authority + " verify required");
			case "stunnel" ->
				Terminators.stunnel(this.pem, this.server.port(), "CAfile = " + authority + "\nverifyChain = yes");
			default ->
				Terminators.openssl(this.pem, "-Verify", "1", "-verify_return_error", "-CAfile", authority.toString());
		}) {
			for (String version : new String[] { "1.3", "1.2" }) {
				Invocation none = probe(proxy, "--tls-version " + version + " " + ONE);
				assertVerdict(none, "TLS_REFUSED");
				assertThat(none.out()).contains(version.equals("1.3")
						? ": alert certificate_required, after the handshake\n" : ": alert handshake_failure");
				assertThat(none.out()).contains("\nTLS_REFUSED: The peer wants a certificate of the client");
				Invocation stranger = probe(proxy,
						"--tls-version " + version + " --cert " + this.certificates.file("stranger.pem") + " " + ONE);
				assertVerdict(stranger, "TLS_REFUSED");
				assertThat(stranger.out()).contains(": alert unknown_ca");
				Invocation good = probe(proxy,
						"--tls-version " + version + " --cert " + this.certificates.file("client.crt") + " --key "
								+ this.certificates.file("client.key") + " " + ONE);
				assertVerdict(good, name.equals("openssl") ? "REPLY_LOST" : "OK");
			}
		}
	}

	// Versions, names, protocols

	@Test
	void whenNoVersionIsInCommonTheAlertIsShown() {
		try (Proxy openssl = Terminators.openssl(this.pem, "-tls1_3")) {
			Invocation probe = probe(openssl, "--tls-version 1.2" + " " + ONE);
			assertVerdict(probe, "TLS_REFUSED");
			assertThat(probe.out()).contains(": alert protocol_version\n",
					"\nTLS_REFUSED: Client and peer have no version, cipher suite or application protocol of TLS in common");
		}
	}

	@Test
	void whenNoApplicationProtocolIsInCommonTheAlertIsShown() {
		try (Proxy openssl = Terminators.openssl(this.pem, "-alpn", "h2")) {
			Invocation probe = probe(openssl, "--alpn echo" + " " + ONE);
			assertVerdict(probe, "TLS_REFUSED");
			assertThat(probe.out()).contains(": alert no_application_protocol\n");
		}
	}

	@Test
	void whenJsonIsAskedForItHasWhatTheHandshakeAgreedOn() {
		try (Proxy haproxy = Terminators.haproxy(this.pem, this.server.port(), "alpn h2,echo")) {
			Invocation probe = probe(haproxy, "--json --alpn echo --count 2 --interval 0 ");
			assertThat(probe.out().lines().toList().get(0)).containsPattern(
					"\"passage\": \\{\"viaMillis\": null, \"replica\": null, \"tlsMillis\": [0-9.]+, \"tlsBytesReceived\": \\d+,"
							+ " \"tls\": \\{\"version\": \"TLSv1.3\","
							+ " \"cipherSuite\": \"TLS_\\w+\", \"serverName\": \"localhost\", \"alpn\": \"echo\","
							+ " \"resumed\": false, \"certificate\": \\{\"subject\": \"CN=server\", \"issuer\":"
							+ " \"CN=tests\", \"notAfter\": \"\\S+\"\\}\\}, \"tlsFailure\": null\\}");
			assertThat(probe.out().lines().toList().get(1)).contains("\"resumed\": true");
		}
	}

	@Test
	void whenThereAreAProxyAHeaderAndTlsTheyComeInThatOrder() {
		try (Proxy haproxy = Terminators.haproxy(this.pem, this.server.port(), "accept-proxy");
				Proxy dante = ForwardProxies.dante()) {
			Invocation probe = probe(haproxy, "--via socks5h://127.0.0.1:" + dante.port()
					+ " --proxy v2 --proxy-source 192.0.2.9:4321 --proxy-destination 192.0.2.1:7 " + ONE);
			assertThat(probe.out())
				.startsWith("PROBE localhost:" + haproxy.port() + ", via socks5h://127.0.0.1:" + dante.port()
						+ ", PROXY V2, TLS, framing eof")
				.containsPattern(
						"\nseq=1 OK 64 bytes, connect [0-9.]+ ms, via [0-9.]+ ms, tls [0-9.]+ ms, first byte ");
		}
	}

	// Plain ports and load

	@Test
	@Tag("reliability")
	void whenThePortSpeaksNoTlsDiagnosisProvesIt() {
		Invocation diagnosis = Invocation.of("probe --tls --diagnose --budget 6s localhost:" + this.server.port());
		assertThat(diagnosis.out())
			.contains("\nLikeliest cause: The port speaks no TLS, and we sent a hello of TLS: without"
					+ " TLS the same message was OK.\n")
			.containsPattern("\n  without TLS +OK\n");
		assertThat(diagnosis.exitCode()).isEqualTo(ExitCode.VERDICT.number());
	}

	@Test
	@Tag("reliability")
	void whenAGoodTerminatorIsDiagnosedNothingIsBroken() {
		try (Proxy haproxy = Terminators.haproxy(this.pem, this.server.port(), "")) {
			Invocation diagnosis = probe(haproxy, "--diagnose --budget 6s ");
			assertThat(diagnosis.out()).startsWith("DIAGNOSE localhost:" + haproxy.port() + ", TLS, framing eof: ")
				.contains("\nNothing is broken: every exchange was OK.\n");
		}
	}

	@Test
	void whenALoadSpeaksTlsFullAndResumedHandshakesAreApart() {
		try (Proxy haproxy = Terminators.haproxy(this.pem, this.server.port(), "")) {
			Invocation load = Invocation.of("load --tls --ca " + this.certificates.file("ca.pem")
					+ " -c 4 -w 0s -d 1s localhost:" + haproxy.port());
			assertThat(load.exitCode()).as(load.out()).isZero();
			assertThat(load.out()).containsPattern("\ntls +\\d.*\nresumed +\\d.*\nexchange +\\d.*\n")
				.containsPattern("\nTLS: [1-9]\\d* full handshakes?, [1-9][\\d,]* resumed\n");
		}
	}

	@Test
	void whenAConnectionIsKeptItHasOneHandshake() {
		int port = this.server.context()
			.getEnvironment()
			.getRequiredProperty("local.tcp-echo.line.port", Integer.class);
		try (Proxy haproxy = Terminators.haproxy(this.pem, port, "")) {
			Invocation probe = probe(haproxy, "--framing line --keep 3 --count 3 --interval 0 ");
			assertThat(probe.out()).contains(": 3 exchanges, 3 OK\n");
			assertThat(probe.out().split(", tls ")).hasSize(2);
		}
	}

	private static String options(String version, String end) {
		return "--tls-version " + version + " --end " + end + " " + ONE;
	}

	private Invocation probe(Proxy proxy, String options) {
		return probe(proxy, options, "--ca " + this.certificates.file("ca.pem") + " ");
	}

	private static Invocation probe(Proxy proxy, String options, String trust) {
		return Invocation.of("probe --tls " + trust + options + "localhost:" + proxy.port());
	}

	private static void assertVerdict(Invocation probe, String verdict) {
		assertThat(probe.out()).contains("\nseq=1 " + verdict + " 64 bytes, connect ");
		assertThat(probe.err()).isEmpty();
	}

}
