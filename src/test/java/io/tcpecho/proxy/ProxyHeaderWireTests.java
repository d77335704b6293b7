package io.tcpecho.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.Outcome;
import io.tcpecho.connection.ProxyDetails;
import io.tcpecho.connection.ProxyRefusal;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.NioServerBuilder;
import io.tcpecho.testing.Oracle;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import io.tcpecho.testing.PlainWire;
import io.tcpecho.testing.ScriptedLayer;
import io.tcpecho.testing.StrictHost;
import io.tcpecho.text.AddressRange;
import io.tcpecho.text.SocketAddresses;
import io.tcpecho.wire.PrefixWire;
import io.tcpecho.wire.Wire;
import io.tcpecho.wire.WireException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static io.tcpecho.proxy.HeaderBytes.LOCAL;
import static io.tcpecho.proxy.HeaderBytes.TCP4_ADDRESSES;
import static io.tcpecho.proxy.HeaderBytes.binary;
import static io.tcpecho.proxy.HeaderBytes.join;
import static io.tcpecho.proxy.HeaderBytes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A connection on a listener that requires a PROXY header.
 */
class ProxyHeaderWireTests {

	private static final int MAX = 16 * 1024;

	private static final String CLIENT = "PROXY TCP4 192.0.2.9 203.0.113.7 5353 443\r\n";

	private static final Reply RESET = new Reply(new byte[0], End.RST);

	private static final Reply EMPTY = new Reply(new byte[0], End.FIN);

	static Stream<Arguments> valid() {
		return HeaderBytes.valid().entrySet().stream().map((entry) -> Arguments.of(entry.getKey(), entry.getValue()));
	}

	@Test
	void aMessageBehindAnyHeaderIsEchoedWithoutIt() {
		Map<String, byte[]> headers = HeaderBytes.valid();
		byte[] message = text("hello");
		try (NioServer server = required(server()).start()) {
			Oracle oracle = Oracle.watch(server);
			headers.forEach((name, header) -> assertThat(Peer.exchange(server.port(), join(header, message))).as(name)
				.isEqualTo(new Reply(message, End.FIN)));
			oracle.settled().calls(headers.size()).allEnded(Outcome.REPLIED, headers.size());
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("valid")
	void whenFinCutsAHeaderOffAnywhereTheConnectionIsReset(String name, byte[] header) {
		int[] lengths = lengths(header.length);
		try (NioServer server = required(server()).start()) {
			Oracle oracle = Oracle.watch(server);
			for (int length : lengths) {
				assertThat(Peer.exchange(server.port(), Arrays.copyOf(header, length))).as("%d bytes", length)
					.isEqualTo(RESET);
			}
			oracle.settled().calls(0).allEnded(Outcome.PROXY_REFUSED, lengths.length);
			int signature = (header[0] == 'P') ? 6 : 12;
			assertThat(server.counters().count(ProxyRefusal.MISSING)).isEqualTo(signature);
			assertThat(server.counters().count(ProxyRefusal.INVALID)).isEqualTo(lengths.length - signature);
		}
	}

	/** Return all lengths below one; of a long header the first, and some of the rest. */
	private static int[] lengths(int length) {
		return IntStream.range(0, length).filter((i) -> i < 60 || i % 16 == 0 || i == length - 1).toArray();
	}

	@Test
	void aHeaderOfOneByteASegmentIsTaken() {
		byte[] header = HeaderBytes.withAdditions();
		try (NioServer server = required(server()).start(); Peer peer = Peer.connect(server.port())) {
			assertThat(peer.drip(header, 1).drip(text("hello"), 1).halfClose().readToEnd())
				.isEqualTo(new Reply(text("hello"), End.FIN));
			server.awaitOutcomes(Outcome.REPLIED, 1);
		}
	}

	@Test
	void theWrongByteEndsTheConnectionAtOnce() {
		try (NioServer server = required(server()).start()) {
			Oracle oracle = Oracle.watch(server);
			for (String line : List.of("h", "PROXY TCP4 01", "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 ", "PROXY UNKNOWN\n")) {
				try (Peer peer = Peer.connect(server.port())) {
					assertThat(peer.trySend(text(line)).readToEnd()).as(line).isEqualTo(RESET);
				}
			}
			byte[] checksum = HeaderBytes.withAdditions();
			checksum[20] ^= 1;
			try (Peer peer = Peer.connect(server.port())) {
				assertThat(peer.trySend(checksum).readToEnd()).isEqualTo(RESET);
			}
			try (Peer peer = Peer.connect(server.port())) {
				assertThat(peer.trySend(Arrays.copyOf(binary(0x21, 0x11, new byte[MAX]), 15)).readToEnd())
					.isEqualTo(RESET);
			}
			oracle.settled().calls(0).allEnded(Outcome.PROXY_REFUSED, 6);
			assertThat(reasons(server)).containsExactly(ProxyRefusal.MISSING, ProxyRefusal.INVALID,
					ProxyRefusal.INVALID, ProxyRefusal.INVALID, ProxyRefusal.CHECKSUM, ProxyRefusal.TOO_LONG);
			assertThat(server.counters().count(ProxyRefusal.INVALID)).isEqualTo(3);
		}
	}

	private static List<ProxyRefusal> reasons(NioServer server) {
		return server.summaries().stream().map((summary) -> summary.details().proxyRefusal()).toList();
	}

	@Test
	void aLargeMessageBehindALargeHeaderIsComplete() {
		byte[] header = binary(0x21, 0x11, TCP4_ADDRESSES, HeaderBytes.tlv(0x04, new byte[MAX - 31]));
		byte[] message = Payload.random(3_000_000, 1);
		try (NioServer server = required(server().maxMessageSize(3_000_000)).start();
				Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send(join(header, message)).halfClose().readEcho(message)).isEqualTo(End.FIN);
		}
	}

	@Test
	void withSmallMessagesAHeaderIsReadAllTheSame() {
		try (NioServer server = required(NioServer.framing(Framing.LINE).maxMessageSize(1)).start();
				Peer peer = Peer.connect(server.port())) {
			peer.send(CLIENT + "a\nb\n");
			assertThat(peer.read(4)).isEqualTo(text("a\nb\n"));
			assertThat(peer.send("c\n").halfClose().readToEnd()).isEqualTo(new Reply(text("c\n"), End.FIN));
		}
	}

	// LOCAL and UNKNOWN

	@Test
	void aHealthCheckThatSaysLocalAndClosesIsEmptyAndOneThatResetsIsNoError() {
		try (NioServer server = required(server()).start()) {
			Oracle oracle = Oracle.watch(server);
			assertThat(Peer.exchange(server.port(), LOCAL)).isEqualTo(EMPTY);
			assertThat(Peer.exchange(server.port(), text("PROXY UNKNOWN\r\n"))).isEqualTo(EMPTY);
			try (Peer peer = Peer.connect(server.port())) {
				peer.send(LOCAL);
				server.awaitOpen(1);
				peer.reset();
			}
			server.awaitOutcomes(Outcome.RESET_BY_PEER, 1);
			oracle.settled().calls(0).ended(Outcome.EMPTY, 2).ended(Outcome.RESET_BY_PEER, 1);
			assertThat(oracle.log()).doesNotContain("ERROR");
		}
	}

	@Test
	void theSocketsAddressStaysThePeerAndTheHeaderNamesTheClient() {
		try (NioServer server = required(server()).start()) {
			Peer.exchange(server.port(), text(CLIENT + "hello"));
			Peer.exchange(server.port(), join(HeaderBytes.withAdditions(), text("hello")));
			Peer.exchange(server.port(), join(LOCAL, text("hello")));
			server.awaitOutcomes(Outcome.REPLIED, 3);
			server.awaitQuiet();
			List<ConnectionSummary> ended = server.summaries();
			assertThat(ended).extracting((summary) -> summary.peer().getAddress().getHostAddress())
				.containsOnly("127.0.0.1");
			assertThat(ended).extracting((summary) -> summary.details().client())
				.containsExactly("192.0.2.9:5353", "[2001:db8:0:0:0:0:0:9]:5353", null);
			ProxyDetails text = ended.get(0).details().proxy();
			assertThat(text.version()).isOne();
			assertThat(text.destination()).isEqualTo("203.0.113.7:443");
			assertThat(ended.get(2).details().proxy().command()).isEqualTo("LOCAL");
			assertThat(ended.get(0).bytesIn()).isEqualTo(5);
		}
	}

	// Trust

	@Test
	void onlyThoseThatAreTrustedSendAHeaderAndTheOthersAreReset() {
		try (NioServer server = layered(server(), layer(false, "127.0.0.2")).start()) {
			Oracle oracle = Oracle.watch(server);
			assertThat(from("127.0.0.2", server, CLIENT + "hello").text()).isEqualTo("hello");
			try (Peer peer = Peer.connectFrom("127.0.0.3", server.port())) {
				assertThat(peer.readToEnd()).isEqualTo(RESET);
			}
			oracle.settled().calls(1).ended(Outcome.REPLIED, 1).ended(Outcome.PROXY_REFUSED, 1);
			assertThat(server.counters().count(ProxyRefusal.UNTRUSTED)).isOne();
		}
	}

	@Test
	void othersThatConnectDirectlyAreServedAndTheirHeaderIsData() {
		try (NioServer server = layered(server(), layer(true, "127.0.0.2/31")).start()) {
			assertThat(from("127.0.0.2", server, CLIENT + "hello").text()).isEqualTo("hello");
			assertThat(from("127.0.0.3", server, "hello")).isEqualTo(RESET);
			assertThat(from("127.0.0.4", server, CLIENT).text()).isEqualTo(CLIENT);
			server.awaitQuiet();
			assertThat(server.summaries().get(2).details().client()).isNull();
		}
	}

	@ParameterizedTest
	@EnumSource
	void whateverALayerAboveDoesFirstTheSenderIsJudgedBeforeAByteIsRead(Call call) {
		List<String> done = new ArrayList<>();
		Wire untrusted = layer(false, "127.0.0.2").on(noting(done), host(done));
		assertThatThrownBy(() -> call.on(untrusted)).isInstanceOfSatisfying(WireException.class,
				(ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.PROXY_REFUSED));
		assertThat(done).containsExactly("refused: untrusted");
	}

	@ParameterizedTest
	@EnumSource
	void whateverALayerAboveDoesFirstADirectClientIsCountedBeforeIt(Call call) throws IOException {
		List<String> done = new ArrayList<>();
		Wire direct = layer(true, "127.0.0.2").on(noting(done), host(done));
		call.on(direct);
		call.on(direct);
		assertThat(done).containsExactly("peer: 127.0.0.3:5353", call.name(), call.name());
	}

	private static Wire noting(List<String> done) {
		return new PlainWire() {
			@Override
			public int read(ByteBuffer target) {
				done.add("READ");
				return 0;
			}

			@Override
			public int write(ByteBuffer source) {
				done.add("WRITE");
				return 0;
			}

			@Override
			public boolean flush() {
				done.add("FLUSH");
				return true;
			}
		};
	}

	private static Wire.Host host(List<String> done) {
		return new StrictHost() {
			@Override
			public long now() {
				return 0;
			}

			@Override
			public InetSocketAddress remote() {
				return new InetSocketAddress("127.0.0.3", 5353);
			}

			@Override
			public void peer(InetSocketAddress client) {
				done.add("peer: " + SocketAddresses.text(client));
			}

			@Override
			public void proxyRefused(ProxyRefusal refusal) {
				done.add("refused: " + refusal);
			}
		};
	}

	/** The calls that a layer above can begin with. */
	enum Call {

		READ, WRITE, FLUSH;

		void on(Wire wire) throws IOException {
			ByteBuffer bytes = ByteBuffer.allocate(100);
			switch (this) {
				case READ -> wire.read(bytes);
				case WRITE -> wire.write(bytes);
				case FLUSH -> wire.flush();
			}
		}

	}

	private static Reply from(String address, NioServer server, String bytes) {
		try (Peer peer = Peer.connectFrom(address, server.port())) {
			return peer.trySend(text(bytes)).tryHalfClose().readToEnd();
		}
	}

	@Test
	void theLimitForEachAddressCountsTheClientsThatHeadersName() {
		NioServerBuilder server = NioServer.framing(Framing.LINE).maxConnectionsPerAddress(1);
		try (NioServer limited = required(server).start();
				Peer one = served(limited, CLIENT);
				Peer other = served(limited, "PROXY TCP4 192.0.2.10 203.0.113.7 5353 443\r\n");
				Peer local = served(limited, "PROXY UNKNOWN\r\n")) {
			assertThat(from("127.0.0.1", limited, CLIENT)).isEqualTo(RESET);
			assertThat(from("127.0.0.1", limited, "PROXY UNKNOWN\r\n")).isEqualTo(RESET);
			limited.awaitOutcomes(Outcome.REJECTED, 2);
			assertThat(one.halfClose().readToEnd()).isEqualTo(EMPTY);
			limited.awaitOpen(2);
			served(limited, CLIENT).close();
			assertThat(other.halfClose().readToEnd()).isEqualTo(local.halfClose().readToEnd()).isEqualTo(EMPTY);
		}
	}

	private static Peer served(NioServer server, String header) {
		Peer peer = Peer.connect(server.port()).send(header + "hello\n");
		assertThat(peer.read(6)).isEqualTo(text("hello\n"));
		return peer;
	}

	// Time

	@Test
	void aHeaderThatNeverEndsIsRefusedWhenTheIdleDeadlinePassesHoweverItIsDripped() {
		try (NioServer server = required(server().idleTimeout(Duration.ofMillis(400))).start();
				Peer silent = Peer.connect(server.port());
				Peer dripping = Peer.connect(server.port())) {
			Thread drip = new Thread(() -> {
				for (int i = 0; i < 1_000 && !dripping.hasSeenReset(); i++) {
					dripping.trySend(text((i == 0) ? "PROXY UNKNOWN " : "x")).pause(100);
				}
			});
			drip.start();
			server.awaitOutcomes(Outcome.PROXY_REFUSED, 2);
			assertThat(reasons(server)).containsOnly(ProxyRefusal.TIMEOUT);
			assertThat(silent.readToEnd()).isEqualTo(RESET);
		}
	}

	@Test
	void aHeaderThatAGreetingWaitsForIsJudgedByTheIdleDeadline() {
		NioServerBuilder greeting = layered(server().idleTimeout(Duration.ofMillis(400)), layer(false),
				PrefixWire.of(() -> text("hello")));
		try (NioServer server = greeting.start(); Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send("PROXY TC").readToEnd()).isEqualTo(RESET);
			server.awaitOutcomes(Outcome.PROXY_REFUSED, 1);
			assertThat(reasons(server)).containsOnly(ProxyRefusal.TIMEOUT);
		}
	}

	@Test
	void afterTheHeaderTheIdleDeadlineIsThatOfTheApplication() {
		try (NioServer server = required(server().idleTimeout(Duration.ofMillis(400))).start();
				Peer peer = Peer.connect(server.port())) {
			peer.send(CLIENT);
			assertThat(peer.readToEnd()).isEqualTo(RESET);
			server.awaitOutcomes(Outcome.IDLE_TIMEOUT, 1);
		}
	}

	// Layers above

	@Test
	void aGreetingWaitsForTheHeader() {
		ScriptedLayer greeting = new ScriptedLayer().greets(text("220 ready\r\n"));
		try (NioServer server = layered(server(), layer(false), greeting).start();
				Peer peer = Peer.connect(server.port())) {
			byte[] header = text(CLIENT);
			peer.send(header, 0, header.length - 1);
			assertThat(peer.isSilentFor(100)).isTrue();
			peer.send("\nhello").halfClose();
			assertThat(peer.readToEnd()).isEqualTo(new Reply(text("220 ready\r\nhello"), End.FIN));
		}
	}

	@Test
	void whileAGreetingWaitsForTheHeaderADrainEndsAConnectionForManyMessagesAtOnce() {
		NioServerBuilder greeting = layered(NioServer.framing(Framing.LINE).drainTimeout(Duration.ofSeconds(15)),
				layer(false), PrefixWire.of(() -> text("220 ready\r\n")));
		NioServer server = greeting.start();
		try (Peer peer = Peer.connect(server.port())) {
			peer.send("PROXY TC");
			server.awaitOpen(1);
			CompletableFuture<Void> stopping = server.closeLater();
			assertThat(peer.readToEnd()).isEqualTo(new Reply(new byte[0], End.FIN));
			assertThat(stopping).succeedsWithin(Duration.ofSeconds(20));
		}
		assertThat(server.outcomes(Outcome.DRAINED)).isOne();
	}

	@Test
	void whileAGreetingWaitsAHeaderThatNeverEndsIsRefusedAsOne() {
		ScriptedLayer greeting = new ScriptedLayer().greets(text("220 ready\r\n"));
		try (NioServer server = layered(server().idleTimeout(Duration.ofMillis(300)), layer(false), greeting).start();
				Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send("PROXY").readToEnd()).isEqualTo(RESET);
			server.awaitOutcomes(Outcome.PROXY_REFUSED, 1);
			assertThat(server.counters().count(ProxyRefusal.TIMEOUT)).isOne();
		}
	}

	private static NioServerBuilder server() {
		return NioServer.framing(Framing.EOF);
	}

	private static NioServerBuilder required(NioServerBuilder server) {
		return layered(server, layer(false));
	}

	private static NioServerBuilder layered(NioServerBuilder server, Wire.Layer... layers) {
		return server.options((options) -> options.withLayers(List.of(layers)));
	}

	private static ProxyHeaderLayer layer(boolean othersDirect, String... from) {
		return new ProxyHeaderLayer(Stream.of(from).map(AddressRange::parse).toList(), othersDirect, MAX);
	}

}
