package io.tcpecho.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.tcpecho.connection.Outcome;
import io.tcpecho.wire.Wire;
import io.tcpecho.wire.WireException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Each fault as a layer on a wire in memory, on a clock of the test.
 */
class FaultWireTests {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private final MemoryConnection socket = new MemoryConnection();

	private final ListenerFaults faults = new ListenerFaults("echo");

	// Time

	@Test
	void whenThereIsLatencyTheReplyWaitsAndNoEventIsSelectedFor() throws IOException {
		Wire wire = with(Map.of("type", "latency", "latency", "200ms"));
		assertThat(write(wire, "hello")).isZero();
		assertThat(wire.interest(SelectionKey.OP_WRITE)).isZero();
		assertThat(wire.interest(SelectionKey.OP_READ)).isEqualTo(SelectionKey.OP_READ);
		assertThat(this.socket.untilLastTurn()).isEqualTo(Duration.ofMillis(200));
		this.socket.pass(Duration.ofMillis(199));
		assertThat(write(wire, "hello")).isZero();
		this.socket.pass(Duration.ofMillis(1));
		assertThat(write(wire, "hello")).isEqualTo(5);
		assertThat(wire.interest(SelectionKey.OP_WRITE)).isEqualTo(SelectionKey.OP_WRITE);
		assertThat(wire.endOutput()).isTrue();
	}

	@Test
	void whenThereIsLatencyEachAnswerOfAConnectionWaits() throws IOException {
		Wire wire = with(Map.of("type", "latency", "latency", 200));
		for (int i = 0; i < 3; i++) {
			this.socket.arrives("hello");
			assertThat(wire.read(ByteBuffer.allocate(10))).isEqualTo(5);
			assertThat(write(wire, "hello")).isZero();
			this.socket.pass(Duration.ofMillis(200));
			assertThat(write(wire, "hel")).isEqualTo(3);
			assertThat(write(wire, "lo")).isEqualTo(2);
		}
		this.socket.ends();
		assertThat(wire.read(ByteBuffer.allocate(10))).isEqualTo(-1);
		assertThat(wire.endOutput()).isFalse();
		this.socket.pass(Duration.ofMillis(200));
		assertThat(wire.endOutput()).isTrue();
		assertThat(this.socket.sent()).isEqualTo("hellohellohello");
	}

	@Test
	void whenThereIsJitterLatenciesSpreadEvenlyAroundTheirMiddle() throws IOException {
		long[] waits = new long[1_000];
		for (int i = 0; i < waits.length; i++) {
			MemoryConnection connection = new MemoryConnection();
			Wire wire = on(connection, Map.of("type", "latency", "latency", 100, "jitter", 50));
			while (write(wire, "x") == 0) {
				connection.pass(Duration.ofMillis(1));
				waits[i]++;
			}
		}
		assertThat(Arrays.stream(waits)).allMatch((wait) -> wait >= 50 && wait <= 150);
		assertThat(Arrays.stream(waits).average().orElseThrow()).isBetween(94.0, 106.0);
		assertThat(Arrays.stream(waits).filter((wait) -> wait < 75).count()).isBetween(200L, 300L);
	}

	@Test
	void whenThereIsABandwidthEachSecondHasItsBytes() throws IOException {
		Wire wire = with(Map.of("type", "bandwidth", "rate", 10));
		byte[] reply = new byte[100_000];
		ByteBuffer rest = ByteBuffer.wrap(reply);
		for (int millis = 0; millis < 2_000; millis += 5) {
			wire.write(rest);
			this.socket.pass(Duration.ofMillis(5));
		}
		// 10 KB a second, less the slice of 50 ms that is under way.
		assertThat(this.socket.sent().length()).isBetween(2 * 10_240 - 512, 2 * 10_240);
	}

	@Test
	void whenTheTurnsAreLateABandwidthMakesUpForIt() throws IOException {
		Wire wire = with(Map.of("type", "bandwidth", "rate", 10));
		ByteBuffer rest = ByteBuffer.wrap(new byte[100_000]);
		for (int millis = 0; millis < 2_000; millis += 80) {
			wire.write(rest);
			wire.write(rest);
			wire.write(rest);
			this.socket.pass(Duration.ofMillis(80));
		}
		assertThat(this.socket.sent().length()).isBetween(19_000, 2 * 10_240);
	}

	@Test
	void whenRepliesAreSlicedEachSliceHasItsSizeAndItsPause() throws IOException {
		Wire wire = with(Map.of("type", "slicer", "average_size", 10, "size_variation", 5, "delay", 1_000));
		ByteBuffer rest = ByteBuffer.wrap(new byte[1_000]);
		List<Integer> sizes = new ArrayList<>();
		while (rest.hasRemaining()) {
			int count = wire.write(rest);
			if (count > 0) {
				sizes.add(count);
				assertThat(wire.write(rest)).isZero();
			}
			this.socket.pass(Duration.ofNanos(1_000_000));
		}
		assertThat(sizes.subList(0, sizes.size() - 1)).allMatch((size) -> size >= 5 && size <= 15);
		assertThat(sizes).contains(5, 15);
	}

	@Test
	void whenTheCloseIsSlowTheBytesAreNot() throws IOException {
		Wire wire = with(Map.of("type", "slow_close", "delay", "1s"));
		assertThat(write(wire, "hello")).isEqualTo(5);
		assertThat(wire.endOutput()).isFalse();
		assertThat(wire.interest(SelectionKey.OP_WRITE)).isZero();
		assertThat(this.socket.isOutputEnded()).isFalse();
		this.socket.pass(Duration.ofSeconds(1));
		assertThat(wire.endOutput()).isTrue();
		assertThat(this.socket.isOutputEnded()).isTrue();
	}

	// How they are over

	@Test
	void whenTheTimeOfAFaultIsOverAConnectionThatItHoldsGoesOn() throws IOException {
		Wire wire = with(Map.of("type", "timeout"));
		assertThat(write(wire, "hello")).isZero();
		this.socket.pass(MINUTE.minusMillis(500));
		assertThat(write(wire, "hello")).isZero();
		// No turn is needed for that: the process may have stood still.
		this.socket.pass(Duration.ofDays(1));
		assertThat(write(wire, "hello")).isEqualTo(5);
		assertThat(wire.interest(SelectionKey.OP_WRITE)).isEqualTo(SelectionKey.OP_WRITE);
		assertThat(wire.endOutput()).isTrue();
		assertThat(on(this.socket)).isSameAs(this.socket);
	}

	@Test
	void whenAFaultIsRemovedAConnectionThatItHoldsGoesOn() throws IOException {
		Wire wire = with(Map.of("type", "no_fin"));
		assertThat(write(wire, "hello")).isEqualTo(5);
		assertThat(wire.endOutput()).isFalse();
		assertThat(this.socket.untilLastTurn()).isLessThanOrEqualTo(Duration.ofMillis(250));
		this.faults.remove();
		assertThat(wire.endOutput()).isTrue();
		assertThat(on(this.socket)).isSameAs(this.socket);
	}

	@Test
	void whenAFaultIsReplacedTheOneBeforeDoesNothingMore() throws IOException {
		Wire before = with(Map.of("type", "corrupt", "offset", 3));
		assertThat(write(before, "abc")).isEqualTo(3);
		this.faults.set(parse(Map.of("type", "no_fin")));
		assertThat(write(before, "def")).isEqualTo(3);
		assertThat(this.socket.sent()).isEqualTo("abcdef");
		assertThat(before.outcome(Outcome.REPLIED)).isEqualTo(Outcome.REPLIED);
	}

	@Test
	void whileAFaultHoldsOneTimerIsEnough() throws IOException {
		Wire wire = with(Map.of("type", "timeout"));
		for (int i = 0; i < 100; i++) {
			write(wire, "hello");
		}
		assertThat(this.socket.turnsAsked()).isOne();
		this.socket.pass(Duration.ofMillis(250));
		write(wire, "hello");
		assertThat(this.socket.turnsAsked()).isEqualTo(2);
	}

	// Ends

	@Test
	void whenDataIsLimitedFinFollowsAndTheRestIsDropped() throws IOException {
		Wire wire = with(Map.of("type", "limit_data", "bytes", 7));
		assertThat(write(wire, "hello")).isEqualTo(5);
		assertThat(write(wire, "hello")).isEqualTo(2);
		assertThat(this.socket.isFinished()).isFalse();
		assertThat(write(wire, "llo")).isEqualTo(3);
		assertThat(this.socket.isFinished()).isTrue();
		assertThat(this.socket.isOutputEnded()).isTrue();
		assertThat(this.socket.sent()).isEqualTo("hellohe");
		assertThat(wire.endOutput()).isTrue();
	}

	@Test
	void whenTheReplyIsNoLongerThanTheLimitNothingHappens() throws IOException {
		Wire wire = with(Map.of("type", "limit_data", "bytes", 5));
		assertThat(write(wire, "hello")).isEqualTo(5);
		assertThat(wire.endOutput()).isTrue();
		assertThat(this.socket.isFinished()).isFalse();
		assertThat(wire.outcome(Outcome.REPLIED)).isEqualTo(Outcome.REPLIED);
		assertThat(this.faults.count(FaultType.LIMIT_DATA)).isZero();
	}

	@Test
	void whenTheResetHasATimeItComesSoLongAfterTheBytes() throws IOException {
		Wire wire = with(Map.of("type", "reset_peer", "after", 3, "timeout", "300ms"));
		assertThat(write(wire, "hello")).isEqualTo(3);
		assertThat(write(wire, "lo")).isZero();
		this.socket.pass(Duration.ofMillis(299));
		assertThat(write(wire, "lo")).isZero();
		this.socket.pass(Duration.ofMillis(1));
		assertThatThrownBy(() -> write(wire, "lo")).isInstanceOfSatisfying(WireException.class, (reset) -> {
			assertThat(reset.isFin()).isFalse();
			assertThat(reset.isAfterDelivery()).isTrue();
			assertThat(reset.outcome()).isEqualTo(Outcome.FAULT);
			assertThat(reset).hasMessage("fault reset_peer");
		});
	}

	@Test
	void whenTheResetIsInstantItComesInTheMiddleOfAnything() throws IOException {
		Wire wire = with(Map.of("type", "reset_peer", "timeout", "300ms"));
		assertThat(wire.flush()).isTrue();
		assertThat(wire.interest(SelectionKey.OP_WRITE)).isEqualTo(SelectionKey.OP_WRITE);
		this.socket.pass(Duration.ofMillis(300));
		assertThatThrownBy(() -> wire.read(ByteBuffer.allocate(1))).isInstanceOf(WireException.class);
	}

	@Test
	void whenCloseNotifyIsLeftOutTheLayersBelowDoNotEndTheOutput() throws IOException {
		this.faults.set(Faults.parse(request(Map.of("type", "no_close_notify")),
				new Faults.Place("echo", Duration.ofHours(1), true, true)));
		Wire wire = on(this.socket);
		assertThat(write(wire, "hello")).isEqualTo(5);
		assertThat(wire.endOutput()).isTrue();
		assertThat(this.socket.isOutputEnded()).isFalse();
	}

	// Bytes

	@Test
	void whenAByteIsCorruptItStaysSoInEachTry() throws IOException {
		Wire wire = with(Map.of("type", "corrupt", "rate", 0.5));
		this.socket.takes(1);
		ByteBuffer rest = ByteBuffer.wrap(new byte[1_000]);
		while (rest.hasRemaining()) {
			wire.write(rest);
		}
		List<Integer> values = this.socket.sent().chars().distinct().sorted().boxed().toList();
		assertThat(values).containsExactly(0, 0xFF);
		assertThat(this.socket.sent().chars().filter((value) -> value == 0xFF).count()).isBetween(400L, 600L);
	}

	@Test
	void whenTheCorruptByteIsBeyondTheReplyNothingHappens() throws IOException {
		Wire wire = with(Map.of("type", "corrupt", "offset", 5));
		assertThat(write(wire, "hello")).isEqualTo(5);
		assertThat(this.socket.sent()).isEqualTo("hello");
		assertThat(wire.outcome(Outcome.REPLIED)).isEqualTo(Outcome.REPLIED);
	}

	@Test
	void whenBytesGoBackEarlyTheReplyHasTheRest() throws IOException {
		Wire wire = with(Map.of("type", "early_reply", "bytes", 2));
		this.socket.arrives("hello");
		assertThat(wire.read(ByteBuffer.allocate(10))).isEqualTo(5);
		assertThat(this.socket.sent()).isEqualTo("he");
		assertThat(write(wire, "hello")).isEqualTo(5);
		assertThat(this.socket.sent()).isEqualTo("hello");
	}

	@Test
	void whenThereAreSeveralFaultsAReplyMeetsThemInTheirOrder() throws IOException {
		Wire extraLast = on(this.socket, Map.of("type", "limit_data", "bytes", 3), Map.of("type", "extra", "bytes", 2));
		write(extraLast, "hello");
		write(extraLast, "lo");
		extraLast.endOutput();
		assertThat(this.socket.sent()).isEqualTo("hel++");
		MemoryConnection other = new MemoryConnection();
		Wire corruptFirst = on(other, Map.of("type", "corrupt", "rate", 1), Map.of("type", "corrupt", "rate", 1));
		write(corruptFirst, "hello");
		assertThat(other.sent()).isEqualTo("hello");
	}

	// Outcomes and counts

	@ParameterizedTest
	@EnumSource
	void whenAFaultHasActedTheConnectionHasItsOutcomeUnlessTheServerEndedIt(Outcome ending) throws IOException {
		Wire wire = with(Map.of("type", "corrupt", "offset", 0));
		assertThat(wire.outcome(ending)).isEqualTo(ending);
		write(wire, "hello");
		assertThat(wire.outcome(ending)).isEqualTo(switch (ending) {
			case REPLIED, EMPTY, TRUNCATED, CLOSED_BY_PEER, RESET_BY_PEER, IDLE_TIMEOUT -> Outcome.FAULT;
			default -> ending;
		});
		write(wire, "hello");
		assertThat(this.faults.count(FaultType.CORRUPT)).isOne();
	}

	// Which connections

	@Test
	void whenAProbabilityIsSetItHoldsAndTheSeedRepeatsIt() {
		int connections = 10_000;
		String hits = hits(42, connections);
		long count = hits.chars().filter((hit) -> hit == 'x').count();
		double deviation = Math.sqrt(connections * 0.3 * 0.7);
		assertThat(count).isBetween(Math.round(3_000 - 3 * deviation), Math.round(3_000 + 3 * deviation));
		assertThat(hits(42, connections)).isEqualTo(hits);
		assertThat(hits(43, connections)).isNotEqualTo(hits);
	}

	private String hits(int seed, int connections) {
		this.faults.set(Faults.parse(
				Map.of("faults", List.of(Map.of("type", "refuse", "probability", 0.3)), "for", "1m", "seed", seed),
				place()));
		StringBuilder hits = new StringBuilder();
		for (int i = 0; i < connections; i++) {
			hits.append((on(this.socket) == this.socket) ? '.' : 'x');
		}
		return hits.toString();
	}

	@Test
	void whenTwoFaultsHaveAProbabilityTheirDrawsAreIndependent() {
		this.faults.set(
				Faults.parse(
						Map.of("faults",
								List.of(Map.of("type", "no_fin", "probability", 0.5),
										Map.of("type", "extra", "probability", 0.5)),
								"for", "1m", "seed", 7),
						place()));
		Map<String, Long> kinds = Stream.generate(() -> on(this.socket))
			.limit(4_000)
			.collect(Collectors.groupingBy((wire) -> wire.getClass().getSimpleName(), Collectors.counting()));
		assertThat(kinds.get("MemoryConnection")).isBetween(900L, 1_100L);
		assertThat(kinds.get("ExtraWire")).isBetween(900L, 1_100L);
	}

	@Test
	void whenOnlyTheFirstConnectionsSufferLaterOnesDoNot() {
		this.faults
			.set(Faults.parse(Map.of("faults", List.of(Map.of("type", "refuse")), "for", "1m", "first", 3), place()));
		assertThat(Stream.generate(() -> on(this.socket) == this.socket).limit(5)).containsExactly(false, false, false,
				true, true);
	}

	@Test
	void whenARangeOfAddressesIsGivenOthersDoNotSufferAndDoNotCount() {
		this.faults.set(Faults.parse(
				Map.of("faults", List.of(Map.of("type", "refuse")), "for", "1m", "first", 1, "from", "192.0.2.0/24"),
				place()));
		MemoryConnection other = new MemoryConnection("198.51.100.1");
		assertThat(on(other)).isSameAs(other);
		assertThat(on(this.socket)).isInstanceOf(RefuseWire.class);
		assertThat(on(this.socket)).isSameAs(this.socket);
	}

	private Wire with(Map<String, Object> fault) {
		return on(this.socket, fault);
	}

	private Wire on(MemoryConnection connection, Map<String, Object> fault) {
		this.faults.set(parse(fault));
		return on(connection);
	}

	private Wire on(MemoryConnection connection, Map<String, Object> first, Map<String, Object> second) {
		this.faults.set(Faults.parse(Map.of("faults", List.of(first, second), "for", "1m"), place()));
		return on(connection);
	}

	private Wire on(MemoryConnection connection) {
		return this.faults.on(connection, connection);
	}

	private static Faults parse(Map<String, Object> fault) {
		return Faults.parse(request(fault), place());
	}

	private static Map<String, Object> request(Map<String, Object> fault) {
		return Map.of("faults", List.of(fault), "for", "1m");
	}

	private static Faults.Place place() {
		return new Faults.Place("echo", Duration.ofHours(1), true, false);
	}

	private static int write(Wire wire, String text) throws IOException {
		return wire.write(ByteBuffer.wrap(MemoryConnection.bytes(text)));
	}

}
