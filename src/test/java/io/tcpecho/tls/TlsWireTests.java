package io.tcpecho.tls;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;

import io.tcpecho.connection.Outcome;
import io.tcpecho.connection.TlsDetails;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.TestCertificate;
import io.tcpecho.wire.Layered;
import io.tcpecho.wire.Wire;
import io.tcpecho.wire.WireException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The two sides of TLS with each other, over a link in memory.
 */
class TlsWireTests {

	private static final TestCertificate AUTHORITY = TestCertificate.authority("Test CA");

	private static final TestCertificate SERVER = AUTHORITY.issue("CN=server", "DNS:localhost", "IP:127.0.0.1");

	private static final TestCertificate CLIENT = AUTHORITY.issue("CN=client, O=lab", "URI:spiffe://lab/client",
			"DNS:client.lab");

	private static final List<String> TLS13 = List.of("TLSv1.3");

	private static final List<String> TLS12 = List.of("TLSv1.2");

	private SSLContext serverContext = context(SERVER, AUTHORITY);

	private SSLContext clientContext = context(null, AUTHORITY);

	private TlsServerLayer.Options server = new TlsServerLayer.Options(ClientAuth.NONE, List.of(), List.of(), List.of(),
			true);

	private TlsClientLayer.Options client = new TlsClientLayer.Options("localhost", 7443, true, TLS13, List.of(),
			EndOfOutput.BOTH);

	private MemoryLink link = MemoryLink.of(1 << 20, Integer.MAX_VALUE);

	private int readSize = 64 * 1024;

	@ParameterizedTest
	@CsvSource({ "TLSv1.3, 1", "TLSv1.3, 7", "TLSv1.3, 1000000", "TLSv1.2, 1", "TLSv1.2, 7", "TLSv1.2, 1000000" })
	void whenRecordsComeInPiecesBothSidesReadWhatTheOtherWrote(String protocol, int piece) {
		this.link = MemoryLink.of(1 << 20, piece);
		this.client = client(List.of(protocol), EndOfOutput.FIN);
		byte[] request = Payload.random(40_000, 1);
		byte[] reply = Payload.random(50_000, 2);
		Ends ends = run(request, reply);
		assertThat(ends.server.received()).isEqualTo(request);
		assertThat(ends.client.received()).isEqualTo(reply);
		assertThat(ends.server.details().protocol()).isEqualTo(protocol);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 100, 16_000, 17_000, 300_000 })
	void whateverTheRoomOfAReadEveryByteIsRead(int readSize) {
		this.readSize = readSize;
		byte[] request = Payload.random(200_000, 3);
		Ends ends = run(request, new byte[0]);
		assertThat(ends.server.received()).isEqualTo(request);
		assertThat(ends.server.mostHeld()).as("bytes held").isLessThanOrEqualTo(32 * 1024);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 100, 20_000 })
	void whenTheSocketTakesLittleTheRestIsKept(int capacity) {
		this.link = MemoryLink.of(capacity, Integer.MAX_VALUE);
		byte[] request = Payload.random(100_000, 4);
		byte[] reply = Payload.random(100_000, 5);
		Ends ends = run(request, reply);
		assertThat(ends.server.received()).isEqualTo(request);
		assertThat(ends.client.received()).isEqualTo(reply);
		assertThat(ends.client.mostHeld()).as("bytes held").isLessThanOrEqualTo(64 * 1024);
	}

	@Test
	void whenBothEndTheirOutputEachHearsTheOthersCloseNotify() {
		Ends ends = run(bytes("hello"), bytes("reply"));
		assertThat(ends.client.events()).containsExactlyInAnyOrder("handshake finished", "close_notify sent",
				"close_notify");
		assertThat(ends.server.events()).containsExactlyInAnyOrder("handshake finished", "close_notify sent",
				"close_notify");
		assertThat(ends.client.wire().held()).isZero();
		assertThat(ends.server.wire().held()).isZero();
	}

	// Details

	@Test
	void whenTheHandshakeIsFinishedItsDetailsAreTold() {
		this.clientContext = context(CLIENT, AUTHORITY);
		this.server = new TlsServerLayer.Options(ClientAuth.NEED, List.of(), List.of(), List.of("lab/2", "lab/1"),
				true);
		this.client = new TlsClientLayer.Options("localhost", 7443, true, TLS13, List.of("lab/0", "lab/1"),
				EndOfOutput.BOTH);
		Ends ends = run(bytes("hello"), bytes("hello"));
		long serverMicros = ends.server.details().handshakeMicros();
		assertThat(serverMicros).isPositive();
		assertThat(ends.server.details())
			.isEqualTo(new TlsDetails("TLSv1.3", "TLS_AES_256_GCM_SHA384", "localhost", "lab/1", false, serverMicros,
					new TlsDetails.Client("CN=client,O=lab", List.of("URI:spiffe://lab/client", "DNS:client.lab"))));
		assertThat(ends.client.details()).isEqualTo(new TlsDetails("TLSv1.3", "TLS_AES_256_GCM_SHA384", "localhost",
				"lab/1", false, ends.client.details().handshakeMicros(), null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.3", "TLSv1.2" })
	void whenASessionIsResumedBothSidesKnow(String protocol) {
		this.client = client(List.of(protocol), EndOfOutput.FIN);
		Ends first = run(bytes("hello"), bytes("hello"));
		this.link = MemoryLink.of(1 << 20, Integer.MAX_VALUE);
		Ends second = run(bytes("hello"), bytes("hello"));
		assertThat(first.client.details().resumed()).isFalse();
		assertThat(first.server.details().resumed()).isFalse();
		assertThat(second.client.details().resumed()).isTrue();
		assertThat(second.server.details().resumed()).isTrue();
	}

	// Ends

	@Test
	void whenTheStreamEndsByFinAloneTheLayersBelowAreToldSo() {
		this.client = client(TLS13, EndOfOutput.FIN);
		List<String> told = new ArrayList<>();
		Wire below = new Layered(this.link.client()) {
			@Override
			public boolean endOutput() {
				told.add("end of output");
				return true;
			}
		};
		new Ends(this.link, clientEnd(below, bytes("hello")), serverEnd(TlsListener.NONE)).settle();
		assertThat(told).containsExactly("end of output");
	}

	@Test
	void whenFinComesWithoutCloseNotifyTheServerRefusesIt() {
		this.client = client(TLS13, EndOfOutput.FIN);
		Ends ends = begin(bytes("hello"), bytes("hello"));
		ends.settle();
		this.link.toServer().fin();
		ends.settle();
		assertReset(ends.server, Outcome.TLS_TRUNCATED);
		assertThat(ends.server.received()).asString().isEqualTo("hello");
		assertThat(ends.server.events()).endsWith("no close_notify");
	}

	@Test
	void whenFinComesWithoutCloseNotifyAServerMayAcceptIt() {
		this.client = client(TLS13, EndOfOutput.FIN);
		this.server = new TlsServerLayer.Options(ClientAuth.NONE, List.of(), List.of(), List.of(), false);
		Ends ends = begin(bytes("hello"), bytes("hello"));
		ends.settle();
		this.link.toServer().fin();
		ends.settle();
		assertThat(ends.server.hasEnded()).isTrue();
		assertThat(ends.server.thrown()).isNull();
		assertThat(ends.server.events()).contains("no close_notify");
	}

	@Test
	void whenFinComesInsideARecordTheServerRefusesIt() {
		Ends ends = begin(bytes("hello"), bytes("hello"));
		while (ends.client.details() == null) {
			ends.turn();
		}
		ends.client.turn();
		byte[] records = this.link.toServer().take();
		this.link.toServer().put(Arrays.copyOf(records, records.length - 1));
		this.link.toServer().fin();
		ends.settle();
		assertReset(ends.server, Outcome.TLS_TRUNCATED);
	}

	@Test
	void whenAClientHasSentNothingItsFinIsTheEndOfTheStream() {
		Ends ends = begin(bytes("hello"), bytes("hello"));
		this.link.toServer().fin();
		ends.server.turn();
		assertThat(ends.server.hasEnded()).isTrue();
		assertThat(ends.server.events()).isEmpty();
		assertThat(this.link.toClient().isEmpty()).isTrue();
	}

	@Test
	void whenFinComesInsideTheHandshakeItHasFailed() {
		Ends ends = begin(bytes("hello"), bytes("hello"));
		ends.client.turn();
		this.link.toServer().fin();
		ends.server.turn();
		assertFin(ends.server, TlsFailure.Kind.CUT, "FIN inside the handshake");
	}

	// Failures of the handshake

	@ParameterizedTest
	@ValueSource(strings = { "hello\n", "G", "\u0016\u0002\u0001", "\u0017\u0003\u0003\u0000\u0001" })
	void whenTheFirstBytesAreNoTlsTheClientIsToldSo(String bytes) {
		Ends ends = begin(bytes("hello"), bytes("hello"));
		this.link.toServer().put(bytes(bytes));
		ends.server.turn();
		assertFin(ends.server, TlsFailure.Kind.NOT_TLS,
				String.format("The first bytes of the peer are no TLS record: 0x%02X", (int) bytes.charAt(0)));
		assertThat(this.link.toClient().take()).containsExactly(21, 3, 3, 0, 2, 2, 10);
	}

	@Test
	void whenTheServerSpeaksNoTlsTheClientKnows() {
		Ends ends = begin(bytes("hello"), bytes("hello"));
		this.link.toClient().put(bytes("220 ready\r\n"));
		ends.client.turn();
		assertFin(ends.client, TlsFailure.Kind.NOT_TLS, "The first bytes of the peer are no TLS record: 0x32");
	}

	@Test
	void whenTheServersAuthorityIsUnknownTheClientSaysIssuer() {
		this.clientContext = context(null, TestCertificate.authority("Another CA"));
		assertUntrusted(TrustCheck.ISSUER);
	}

	@Test
	void whenTheServersNameIsAnotherTheClientSaysName() {
		this.client = new TlsClientLayer.Options("other.lab", 7443, true, TLS13, List.of(), EndOfOutput.BOTH);
		assertUntrusted(TrustCheck.NAME);
	}

	@Test
	void whenTheServersAddressIsAnotherTheClientSaysName() {
		this.client = new TlsClientLayer.Options("127.0.0.2", 7443, true, TLS13, List.of(), EndOfOutput.BOTH);
		assertUntrusted(TrustCheck.NAME);
	}

	@Test
	void whenTheServersCertificateHasExpiredTheClientSaysDate() {
		this.serverContext = context(
				AUTHORITY.issue("CN=server", Duration.ofDays(-3), Duration.ofDays(-2), "DNS:localhost"), AUTHORITY);
		assertUntrusted(TrustCheck.DATE);
	}

	@Test
	void whenTheServersCertificateIsNotValidYetTheClientSaysDate() {
		this.serverContext = context(
				AUTHORITY.issue("CN=server", Duration.ofDays(2), Duration.ofDays(3), "DNS:localhost"), AUTHORITY);
		assertUntrusted(TrustCheck.DATE);
	}

	@Test
	void whenAClientChecksNothingEveryCertificateWillDo() throws GeneralSecurityException {
		this.clientContext = TlsContexts.trustingEverything(null);
		this.client = new TlsClientLayer.Options("other.lab", 7443, false, TLS13, List.of(), EndOfOutput.BOTH);
		assertThat(run(bytes("hello"), bytes("reply")).client.received()).asString().isEqualTo("reply");
	}

	private void assertUntrusted(TrustCheck check) {
		Ends ends = run(bytes("hello"), bytes("hello"));
		assertThat(ends.client.thrown()).isInstanceOfSatisfying(WireException.class, (ex) -> {
			assertThat(ex.outcome()).isEqualTo(Outcome.TLS_FAILED);
			assertThat(ex.isFin()).isTrue();
		});
		assertThat(ends.client.failure().kind()).isEqualTo(TlsFailure.Kind.UNTRUSTED);
		assertThat(ends.client.failure().check()).isEqualTo(check);
		assertThat(ends.server.failure().kind()).isEqualTo(TlsFailure.Kind.ALERT);
		// JDK 17 sends certificate_unknown for every reason.
		assertThat(ends.server.failure().alert()).contains("certificate");
	}

	@Test
	void whenThereIsNoVersionInCommonBothKnow() {
		this.server = new TlsServerLayer.Options(ClientAuth.NONE, TLS13, List.of(), List.of(), true);
		this.client = client(TLS12, EndOfOutput.BOTH);
		Ends ends = run(bytes("hello"), bytes("hello"));
		assertThat(ends.server.failure().kind()).isEqualTo(TlsFailure.Kind.MISMATCH);
		assertThat(ends.client.failure()).isEqualTo(new TlsFailure(TlsFailure.Kind.ALERT, "protocol_version", null,
				"The peer has sent the alert protocol_version"));
	}

	@Test
	void whenThereIsNoApplicationProtocolInCommonBothKnow() {
		this.server = new TlsServerLayer.Options(ClientAuth.NONE, TLS13, List.of(), List.of("lab/1"), true);
		this.client = new TlsClientLayer.Options("localhost", 7443, true, TLS13, List.of("lab/2"), EndOfOutput.BOTH);
		Ends ends = run(bytes("hello"), bytes("hello"));
		assertThat(ends.server.failure().kind()).isEqualTo(TlsFailure.Kind.MISMATCH);
		assertThat(ends.client.failure().alert()).isEqualTo("no_application_protocol");
	}

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.3", "TLSv1.2" })
	void whenAClientHasNoCertificateAndNeedsOneItIsRefused(String protocol) {
		this.server = new TlsServerLayer.Options(ClientAuth.NEED, List.of(), List.of(), List.of(), true);
		this.client = client(List.of(protocol), EndOfOutput.BOTH);
		Ends ends = run(bytes("hello"), bytes("hello"));
		assertThat(ends.server.failure().kind()).isEqualTo(TlsFailure.Kind.UNTRUSTED);
		assertThat(ends.server.failure().check()).isEqualTo(TrustCheck.MISSING);
		assertThat(ends.client.failure().kind()).isEqualTo(TlsFailure.Kind.ALERT);
		assertThat(ends.client.failure().alert()).isIn("bad_certificate", "certificate_required", "handshake_failure");
		assertThat(ends.client.events().contains("handshake finished"))
			.as("a client of TLS 1.3 learns it after its handshake")
			.isEqualTo(protocol.equals("TLSv1.3"));
	}

	@Test
	void whenAClientsAuthorityIsUnknownItIsRefused() {
		TestCertificate other = TestCertificate.authority("Another CA");
		this.clientContext = context(other.issue("CN=client"), AUTHORITY);
		this.server = new TlsServerLayer.Options(ClientAuth.WANT, List.of(), List.of(), List.of(), true);
		Ends ends = run(bytes("hello"), bytes("hello"));
		assertThat(ends.server.failure()).isNull();
		assertThat(ends.server.details().client()).as("the JDK offers no certificate of another authority").isNull();
	}

	// TLS 1.2

	@Test
	void whenCloseNotifyOfTls12ComesBehindBytesTheyAreReadAlone() throws Exception {
		this.client = client(TLS12, EndOfOutput.BOTH);
		Ends ends = begin(bytes("hello"), new byte[0]);
		for (int i = 0; i < 20 && ends.server.details() == null; i++) {
			ends.turn();
		}
		ends.client.turn();
		ByteBuffer target = ByteBuffer.allocate(100);
		if (ends.server.received().length == 0) {
			assertThat(ends.server.wire().read(target)).isEqualTo(5);
		}
		assertThat(ends.server.wire().holdsInput()).isTrue();
		assertThat(ends.server.wire().read(target)).isEqualTo(-1);
	}

	// Failures of our own

	@Test
	void whenOurOwnListenerFailsThePeerIsNotBlamed() {
		TlsEnd client = clientEnd(this.link.client(), bytes("hello"));
		TlsEnd server = serverEnd(new TlsListener() {
			@Override
			public void handshakeFinished(SSLSession session, TlsDetails details, Duration time) {
				throw new IllegalStateException("A listener that fails for a test");
			}
		});
		assertThatIllegalStateException().isThrownBy(new Ends(this.link, client, server)::settle)
			.withMessage("A listener that fails for a test");
	}

	// Garbage after the handshake

	@Test
	void whenBytesBreakTheRulesAfterTheHandshakeTheEndIsReset() {
		Ends ends = begin(bytes("hello"), bytes("hello"));
		while (ends.server.details() == null) {
			ends.turn();
		}
		this.link.toServer().take();
		this.link.toClient().take();
		this.link.toServer()
			.put(new byte[] { 23, 3, 3, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0 });
		ends.server.turn();
		assertReset(ends.server, Outcome.TLS_FAILED);
		assertThat(this.link.toClient().isEmpty()).as("no alert is sent").isTrue();
	}

	private static void assertReset(TlsEnd end, Outcome outcome) {
		assertThat(end.thrown()).isInstanceOfSatisfying(WireException.class, (ex) -> {
			assertThat(ex.outcome()).isEqualTo(outcome);
			assertThat(ex.isFin()).isFalse();
		});
	}

	private static void assertFin(TlsEnd end, TlsFailure.Kind kind, String message) {
		assertThat(end.thrown()).isInstanceOfSatisfying(WireException.class, (ex) -> {
			assertThat(ex.outcome()).isEqualTo(Outcome.TLS_FAILED);
			assertThat(ex.isFin()).isTrue();
		}).hasMessage(message);
		assertThat(end.failure()).isEqualTo(new TlsFailure(kind, null, null, message));
	}

	private Ends run(byte[] request, byte[] reply) {
		Ends ends = begin(request, reply);
		ends.settle();
		if (this.client.endOfOutput() == EndOfOutput.FIN) {
			this.link.toServer().fin();
			ends.settle();
		}
		return ends;
	}

	private Ends begin(byte[] request, byte[] reply) {
		TlsEnd serverEnd = new TlsEnd(this.link.server(),
				(threads, listener) -> new TlsServerLayer(() -> this.serverContext, this.server, threads, listener),
				reply, this.readSize);
		return new Ends(this.link, clientEnd(this.link.client(), request), serverEnd);
	}

	private TlsEnd clientEnd(Wire below, byte[] request) {
		return new TlsEnd(below,
				(threads, listener) -> new TlsClientLayer(this.clientContext, this.client, threads, listener), request,
				this.readSize);
	}

	/** Create a server that has nothing to say and tells another listener. */
	private TlsEnd serverEnd(TlsListener told) {
		return new TlsEnd(this.link.server(),
				(threads, listener) -> new TlsServerLayer(() -> this.serverContext, this.server, threads, told),
				new byte[0], this.readSize);
	}

	private static TlsClientLayer.Options client(List<String> protocols, EndOfOutput end) {
		return new TlsClientLayer.Options("localhost", 7443, true, protocols, List.of(), end);
	}

	private static SSLContext context(@Nullable TestCertificate own, TestCertificate trusted) {
		try {
			return TlsContexts.of((own != null) ? own.keyManagers() : null, trusted.trustManagers());
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

	private record Ends(MemoryLink link, TlsEnd client, TlsEnd server) {

		/** Let both take turns until nothing moves any more. */
		void settle() {
			long moved = -1;
			while (moved != this.link.moved()) {
				moved = this.link.moved();
				for (int i = 0; i < 3; i++) {
					turn();
				}
			}
		}

		void turn() {
			if (this.client.thrown() == null) {
				this.client.turn();
			}
			if (this.server.thrown() == null) {
				this.server.turn();
			}
		}

	}

}
