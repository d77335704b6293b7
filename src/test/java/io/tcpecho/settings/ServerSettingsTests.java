package io.tcpecho.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What the start refuses, each with its sentence, and the values that depend on the
 * machine.
 */
class ServerSettingsTests {

	private static final long MIB = 1024 * 1024;

	/** 1,000 descriptors, 64 MiB of heap, Java 17. */
	private static final ProcessLimits SMALL = new ProcessLimits(1000, 64 * MIB, 17);

	/** No limit of it is ever met. */
	private static final ProcessLimits LARGE = new ProcessLimits(8L * Integer.MAX_VALUE, 64L * 1024 * MIB, 25);

	// One value and its limits

	@ParameterizedTest
	@CsvSource({ "port, -1, 0, 65535", "port, 65536, 0, 65535", "max-connections, 0, 1, 2147483647",
			"max-connections, -1, 1, 2147483647", "max-connections-per-address, -1, 0, 2147483647",
			"backlog, 0, 1, 2147483647", "event-loops, 0, 1, 256", "event-loops, 257, 1, 256", "pool-size, 0, 1, 10000",
			"pool-size, 10001, 1, 10000", "pool-queue, -1, 0, 1000000", "pool-queue, 1000001, 0, 1000000" })
	void whenANumberIsOutsideItsLimitsTheStartIsRefused(String key, String value, String smallest, String largest) {
		assertThat(problems(LARGE, listener(key, value))).containsExactly("tcp-echo.listeners.eof." + key + " is "
				+ value + ", and must be between " + smallest + " and " + largest);
	}

	@ParameterizedTest
	@CsvSource({ "port, 0", "port, 65535", "max-connections, 1", "max-connections, 2147483647",
			"max-connections-per-address, 0", "max-connections-per-address, 2147483647", "backlog, 1",
			"backlog, 2147483647", "event-loops, 1", "event-loops, 256", "pool-size, 1", "pool-size, 10000",
			"pool-queue, 0", "pool-queue, 1000000", "min-write-rate, 0B", "min-write-rate, 9223372036854775807B",
			"max-message-size, 1B", "max-message-size, 2147483639B" })
	void whenAValueIsAtItsLimitItIsTaken(String key, String value) {
		assertThat(problems(LARGE, listener(key, value))).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "max-message-size, 0, 1, 2147483639", "max-message-size, -1, 1, 2147483639",
			"max-message-size, 2147483640, 1, 2147483639", "max-message-size, 9223372036854775807, 1, 2147483639",
			"min-write-rate, -1, 0, 9223372036854775807" })
	void whenASizeIsOutsideItsLimitsTheStartIsRefused(String key, String bytes, String smallest, String largest) {
		assertThat(problems(LARGE, listener(key, bytes + "B"))).containsExactly("tcp-echo.listeners.eof." + key + " is "
				+ bytes + " bytes, and must be between " + smallest + " and " + largest);
	}

	@ParameterizedTest
	@CsvSource({ "idle, 0ms, 0s", "idle, -1ms, -1ms", "service, 0ms, 0s", "service, 31536000001ms, 31536000001ms",
			"service, 366d, 31622400s", "write, 0ms, 0s", "write, 999999ns, 0ms", "write, 31536000001ms, 31536000001ms",
			"message, 31536000001ms, 31536000001ms", "message, 366d, 31622400s" })
	void whenATimeoutIsOutsideItsLimitsTheStartIsRefused(String key, String value, String shown) {
		assertThat(problems(LARGE, listener("timeouts." + key, value))).containsExactly(
				"tcp-echo.listeners.eof.timeouts." + key + " is " + shown + ", and must be between 1ms and 365d");
	}

	@ParameterizedTest
	@CsvSource({ "1ms, 1ms, 1ms, 1ms", "365d, 365d, 365d, 365d" })
	void whenTheTimeoutsAreAtTheirLimitsTheyAreTaken(String idle, String message, String service, String write) {
		assertThat(problems(LARGE, listener("timeouts.idle", idle), listener("timeouts.message", message),
				listener("timeouts.service", service), listener("timeouts.write", write)))
			.isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "buffer-wait, 0ms, 0s, 1ms", "buffer-wait, -2s, -2s, 1ms", "buffer-wait, 366d, 31622400s, 1ms",
			"drain.delay, -1ms, -1ms, 0s", "drain.delay, 366d, 31622400s, 0s", "drain.timeout, -1s, -1s, 0s",
			"drain.timeout, 366d, 31622400s, 0s" })
	void whenATimeOfTheServerIsOutsideItsLimitsTheStartIsRefused(String key, String value, String shown,
			String shortest) {
		assertThat(problems(LARGE, "tcp-echo." + key + "=" + value))
			.containsExactly("tcp-echo." + key + " is " + shown + ", and must be between " + shortest + " and 365d");
	}

	@ParameterizedTest
	@CsvSource({ "buffer-wait, 1ms", "buffer-wait, 365d", "drain.delay, 0s", "drain.delay, 365d", "drain.timeout, 0s",
			"drain.timeout, 365d" })
	void whenATimeOfTheServerIsAtItsLimitItIsTaken(String key, String value) {
		assertThat(problems(LARGE, "tcp-echo." + key + "=" + value)).isEmpty();
	}

	@Test
	void whenThePortIsNotSetTheStartIsRefused() {
		assertThat(problemsOf(LARGE, "tcp-echo.listeners.eof.framing=eof"))
			.containsExactly("tcp-echo.listeners.eof.port is not set");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Eof", "-eof", "eof-", "e_of", "a.b", "echo server",
			"a-name-of-just-forty-characters-in-total" + "x" })
	void whenTheNameOfAListenerIsNoLabelTheStartIsRefused(String name) {
		assertThat(problemsOf(LARGE, "tcp-echo.listeners[" + name + "].port=0")).containsExactly("tcp-echo.listeners."
				+ name + ": the name of a listener must have at most 40 characters, of a-z, 0-9 and inner dashes");
	}

	@ParameterizedTest
	@ValueSource(strings = { "e", "7", "eof-2", "a--b", "a-name-of-just-forty-characters-in-total" })
	void whenTheNameOfAListenerIsALabelItIsTaken(String name) {
		assertThat(problemsOf(LARGE, "tcp-echo.listeners[" + name + "].port=0")).isEmpty();
	}

	// Values against each other

	@ParameterizedTest
	@CsvSource({ "29s, 30s, 29s, 30s", "29999ms, 30s, 29999ms, 30s", "1s, 1001ms, 1s, 1001ms" })
	void whenMessageIsShorterThanIdleTheStartIsRefused(String message, String idle, String shownMessage,
			String shownIdle) {
		assertThat(problems(LARGE, listener("timeouts.message", message), listener("timeouts.idle", idle)))
			.containsExactly("tcp-echo.listeners.eof.timeouts.message is " + shownMessage
					+ ", less than tcp-echo.listeners.eof.timeouts.idle, " + shownIdle);
	}

	@ParameterizedTest
	@ValueSource(strings = { "30s", "30001ms" })
	void whenMessageIsAtLeastIdleItIsTaken(String message) {
		assertThat(problems(LARGE, listener("timeouts.message", message), listener("timeouts.idle", "30s"))).isEmpty();
	}

	@Test
	void whenAFramingWithoutItShallTruncateTheStartIsRefused() {
		assertThat(problems(LARGE, listener("framing", "line"), listener("on-oversize", "truncate")))
			.containsExactly("tcp-echo.listeners.eof.on-oversize is truncate, which framing line does not have");
	}

	@Test
	void whenFramingEofShallTruncateItIsTaken() {
		assertThat(problems(LARGE, listener("framing", "eof"), listener("on-oversize", "truncate"))).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "line", "crlf", "length-1", "length-2", "length-4", "stream" })
	void whenAnyOtherFramingShallTruncateTheStartIsRefused(String framing) {
		assertThat(problems(LARGE, listener("framing", framing), listener("on-oversize", "truncate"))).containsExactly(
				"tcp-echo.listeners.eof.on-oversize is truncate, which framing " + framing + " does not have");
	}

	@ParameterizedTest
	@CsvSource({ "framing, line", "on-oversize, truncate", "executor, pool" })
	void whenAKeyContradictsAServiceWithoutItTheStartIsRefused(String key, String value) {
		assertThat(problems(LARGE, listener("service", "discard"), listener(key, value))).containsExactly(
				"tcp-echo.listeners.eof." + key + " is " + value + ", which service discard does not have");
	}

	@Test
	void whenAServiceIsAloneItIsTaken() {
		assertThat(problems(LARGE, listener("service", "discard"))).isEmpty();
		assertThat(settings(LARGE, listener("port", 0), listener("service", "discard")).listener("eof").service())
			.isEqualTo(TcpEchoProperties.Service.DISCARD);
	}

	@Test
	void whenFramingFixedHasNoLengthTheStartIsRefused() {
		assertThat(problems(LARGE, listener("framing", "fixed"))).containsExactly(
				"tcp-echo.listeners.eof.framing is fixed, and tcp-echo.listeners.eof.fixed-length is not set");
	}

	@ParameterizedTest
	@ValueSource(strings = { "eof", "line", "crlf", "length-1", "length-2", "length-4", "stream" })
	void whenAnotherFramingHasAFixedLengthTheStartIsRefused(String framing) {
		assertThat(problems(LARGE, listener("framing", framing), listener("fixed-length", "64B")))
			.containsExactly("tcp-echo.listeners.eof.fixed-length is set, which framing " + framing + " does not have");
	}

	@ParameterizedTest
	@CsvSource({ "0, 5120", "-1, 5120", "4294967296, 5120", "3221225472, 5120", "5121, 5120", "101, 100", "2, 1" })
	void whenAFixedLengthIsOutsideItsLimitsTheStartIsRefused(long length, long limit) {
		assertThat(problems(LARGE, listener("framing", "fixed"), listener("fixed-length", length + "B"),
				listener("max-message-size", limit + "B")))
			.containsExactly("tcp-echo.listeners.eof.fixed-length is " + length + " bytes, and must be between 1 and"
					+ " tcp-echo.listeners.eof.max-message-size, " + limit);
	}

	@ParameterizedTest
	@CsvSource({ "1, 5120", "5119, 5120", "5120, 5120", "1, 1" })
	void whenAFixedLengthIsWithinItsLimitsItIsTheSizeOfEachMessage(int length, long limit) {
		ServerSettings settings = settings(LARGE, listener("port", 0), listener("framing", "fixed"),
				listener("fixed-length", length + "B"), listener("max-message-size", limit + "B"));
		assertThat(settings.listener("eof").maxMessageSizeInBytes()).isEqualTo(length);
	}

	@ParameterizedTest
	@CsvSource({ "length-1, 254, 254", "length-1, 255, 255", "length-1, 256, 255", "length-1, 5120, 255",
			"length-2, 65534, 65534", "length-2, 65535, 65535", "length-2, 65536, 65535", "length-4, 65536, 65536",
			"line, 65536, 65536" })
	void whenTheHeaderOfAFramingIsSmallerThanTheLimitTheSmallerOneHolds(String framing, long limit, int expected) {
		ServerSettings settings = settings(LARGE, listener("port", 0), listener("framing", framing),
				listener("max-message-size", limit + "B"));
		assertThat(settings.listener("eof").maxMessageSizeInBytes()).isEqualTo(expected);
	}

	@Test
	void whenTwoListenersHaveOnePortTheStartIsRefused() {
		assertThat(problems(LARGE, listener("port", 7007), "tcp-echo.listeners.abc.port=7007"))
			.containsExactly("tcp-echo.listeners.abc.port and tcp-echo.listeners.eof.port are both 7007");
	}

	@Test
	void whenThreeListenersHaveOnePortEachPairIsNamed() {
		assertThat(problems(LARGE, listener("port", 7007), "tcp-echo.listeners.a.port=7007",
				"tcp-echo.listeners.b.port=7007"))
			.containsExactly("tcp-echo.listeners.a.port and tcp-echo.listeners.b.port are both 7007",
					"tcp-echo.listeners.a.port and tcp-echo.listeners.eof.port are both 7007",
					"tcp-echo.listeners.b.port and tcp-echo.listeners.eof.port are both 7007");
	}

	@ParameterizedTest
	@CsvSource({ "127.0.0.1, 127.0.0.1", "127.0.0.1, 0.0.0.0", "'::', 127.0.0.1", "'', 127.0.0.1", "' ', ''" })
	void whenTheAddressesOfOnePortOverlapTheStartIsRefused(String one, String other) {
		assertThat(problems(LARGE, listener("port", 7007), listener("address", one), "tcp-echo.listeners.abc.port=7007",
				"tcp-echo.listeners.abc.address=" + other))
			.containsExactly("tcp-echo.listeners.abc.port and tcp-echo.listeners.eof.port are both 7007");
	}

	@Test
	void whenTheAddressesOfOnePortDifferTheyAreTaken() {
		assertThat(problems(LARGE, listener("port", 7007), listener("address", "127.0.0.1"),
				"tcp-echo.listeners.abc.port=7007", "tcp-echo.listeners.abc.address=127.0.0.2"))
			.isEmpty();
	}

	@Test
	void whenSeveralListenersTakeAnyFreePortTheyAreTaken() {
		assertThat(problems(LARGE, listener("port", 0), "tcp-echo.listeners.abc.port=0")).isEmpty();
	}

	@Test
	void whenAListenerIsDisabledItIsNotChecked() {
		assertThat(problems(SMALL, listener("port", 7007), "tcp-echo.listeners.off.enabled=false",
				"tcp-echo.listeners.off.port=7007", "tcp-echo.listeners.off.max-connections=100000",
				"tcp-echo.listeners.off.max-message-size=1GB", "tcp-echo.listeners.off.executor=virtual",
				"tcp-echo.listeners.off.timeouts.message=1ms"))
			.isEmpty();
	}

	@Test
	void whenTwoListenersWithOnePortAreDisabledTheyAreNotCheckedAgainstEachOther() {
		ServerSettings settings = settings(SMALL, "tcp-echo.listeners.a.port=7007",
				"tcp-echo.listeners.a.enabled=false", "tcp-echo.listeners.b.port=7007",
				"tcp-echo.listeners.b.enabled=false");
		assertThat(settings.listeners()).isEmpty();
	}

	// Values against the machine

	@ParameterizedTest
	@CsvSource({ "1000, 901, 900", "1000, 2147483647, 900", "1024, 922, 921", "300, 271, 270" })
	void whenMaxConnectionsExceedsTheDescriptorsTheStartIsRefused(long descriptors, int maxConnections, int allowed) {
		assertThat(problems(new ProcessLimits(descriptors, 64 * MIB, 17), listener("max-connections", maxConnections)))
			.containsExactly("tcp-echo.listeners.eof.max-connections " + maxConnections + " = " + maxConnections
					+ ", more than " + allowed + ", which is 90 % of the descriptor limit of " + descriptors);
	}

	@ParameterizedTest
	@CsvSource({ "1000, 900", "1000, 899", "1024, 921" })
	void whenMaxConnectionsFitsTheDescriptorsItIsTaken(long descriptors, int maxConnections) {
		ServerSettings settings = settings(new ProcessLimits(descriptors, 64 * MIB, 17), listener("port", 0),
				listener("max-connections", maxConnections));
		assertThat(settings.listener("eof").maxConnections()).isEqualTo(maxConnections);
	}

	@Test
	void whenMaxConnectionsOfAllListenersExceedTheDescriptorsTheSumIsShown() {
		assertThat(problems(SMALL, listener("max-connections", 500), "tcp-echo.listeners.abc.port=0",
				"tcp-echo.listeners.abc.max-connections=401"))
			.containsExactly("tcp-echo.listeners.abc.max-connections 401 + tcp-echo.listeners.eof.max-connections 500"
					+ " = 901, more than 900, which is 90 % of the descriptor limit of 1000");
	}

	@Test
	void whenTheSumOfMaxConnectionsExceedsAnIntItIsStillShown() {
		assertThat(problems(SMALL, listener("max-connections", 2147483647), "tcp-echo.listeners.abc.port=0",
				"tcp-echo.listeners.abc.max-connections=2147483647"))
			.containsExactly("tcp-echo.listeners.abc.max-connections 2147483647"
					+ " + tcp-echo.listeners.eof.max-connections 2147483647"
					+ " = 4294967294, more than 900, which is 90 % of the descriptor limit of 1000");
	}

	@Test
	void whenMaxConnectionsIsUnsetItDoesNotCountAgainstTheDescriptors() {
		assertThat(problems(SMALL, listener("max-connections", 900), "tcp-echo.listeners.abc.port=0")).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "1000, 1, 800", "1000, 2, 400", "1000, 3, 266", "12500, 1, 10000", "12499, 1, 9999",
			"1048576, 1, 10000", "25000, 2, 10000", "1, 1, 1", "4, 4, 1" })
	void whenMaxConnectionsIsUnsetTheListenersShareTheDescriptors(long descriptors, int listeners, int expected) {
		String[] properties = new String[listeners + 1];
		for (int i = 0; i < listeners; i++) {
			properties[i] = "tcp-echo.listeners.l" + i + ".port=0";
		}
		properties[listeners] = "tcp-echo.listeners.off.enabled=false";
		ServerSettings settings = settings(new ProcessLimits(descriptors, 64 * MIB, 17), properties);
		assertThat(settings.listeners()).hasSize(listeners)
			.allSatisfy((listener) -> assertThat(listener.maxConnections()).isEqualTo(expected));
	}

	@Test
	void whenMaxBufferedExceedsHalfTheHeapTheStartIsRefused() {
		assertThat(problems(SMALL, "tcp-echo.max-buffered=33554433B")).containsExactly(
				"tcp-echo.max-buffered is 33554433 bytes, more than half the maximum heap of 67108864 bytes");
	}

	@ParameterizedTest
	@ValueSource(longs = { 32 * MIB, 32 * MIB - 1, 64 * 1024 })
	void whenMaxBufferedIsWithinItsLimitsItIsTaken(long maxBuffered) {
		ServerSettings settings = settings(SMALL, listener("port", 0), "tcp-echo.max-buffered=" + maxBuffered + "B");
		assertThat(settings.maxBufferedInBytes()).isEqualTo(maxBuffered);
	}

	@ParameterizedTest
	@ValueSource(longs = { 64 * 1024 - 1, 10240 })
	void whenMaxBufferedIsTooSmallTheStartIsRefused(long maxBuffered) {
		assertThat(problems(SMALL, "tcp-echo.max-buffered=" + maxBuffered + "B"))
			.containsExactly("tcp-echo.max-buffered is " + maxBuffered + " bytes, and must be at least 65536");
	}

	@Test
	void whenMaxBufferedIsUnsetItIsAQuarterOfTheHeap() {
		assertThat(settings(SMALL, listener("port", 0)).maxBufferedInBytes()).isEqualTo(16 * MIB);
	}

	@Test
	void whenAMessageExceedsMaxBufferedTheStartIsRefused() {
		assertThat(problems(SMALL, "tcp-echo.max-buffered=1MB", listener("max-message-size", "1MB"))).isEmpty();
		assertThat(problems(SMALL, "tcp-echo.max-buffered=1MB", listener("max-message-size", "1048577B")))
			.containsExactly("tcp-echo.listeners.eof.max-message-size is 1048577 bytes,"
					+ " more than tcp-echo.max-buffered of 1048576 bytes");
	}

	@Test
	void whenAMessageAndWhatLayersHoldExceedMaxBufferedTheStartIsRefused() {
		assertThat(problems(SMALL, "tcp-echo.max-buffered=1MB", listener("service", "lab"),
				listener("max-message-size", "983040B")))
			.isEmpty();
		assertThat(problems(SMALL, "tcp-echo.max-buffered=1MB", listener("service", "lab"),
				listener("max-message-size", "983041B")))
			.containsExactly("tcp-echo.listeners.eof.max-message-size is 983041 bytes and needs 65536 bytes beside it,"
					+ " more than tcp-echo.max-buffered of 1048576 bytes");
	}

	@Test
	void whenAMessageExceedsTheUnsetMaxBufferedTheStartIsRefused() {
		assertThat(problems(SMALL, listener("max-message-size", "16777217B")))
			.containsExactly("tcp-echo.listeners.eof.max-message-size is 16777217 bytes,"
					+ " more than tcp-echo.max-buffered (unset: a quarter of the maximum heap) of 16777216 bytes");
	}

	@Test
	void whenAMessageOfTheLargestSizeExceedsMaxBufferedTheStartIsRefused() {
		assertThat(problems(SMALL, listener("max-message-size", "2147483639B")))
			.containsExactly("tcp-echo.listeners.eof.max-message-size is 2147483639 bytes,"
					+ " more than tcp-echo.max-buffered (unset: a quarter of the maximum heap) of 16777216 bytes");
	}

	@ParameterizedTest
	@CsvSource({ "stream, 1GB", "length-1, 1GB", "length-2, 1GB" })
	void whenAFramingHasNoSuchMessagesItsLimitDoesNotCountAgainstMaxBuffered(String framing, String limit) {
		assertThat(problems(SMALL, listener("framing", framing), listener("max-message-size", limit))).isEmpty();
	}

	@Test
	void whenMessagesHaveAFixedLengthItCountsAgainstMaxBufferedAndTheLimitDoesNot() {
		assertThat(problems(SMALL, listener("framing", "fixed"), listener("fixed-length", "16MB"),
				listener("max-message-size", "1GB")))
			.isEmpty();
	}

	@Test
	void whenAMessageOfAFixedLengthExceedsMaxBufferedThatPropertyIsNamed() {
		assertThat(problems(SMALL, listener("framing", "fixed"), listener("fixed-length", "16777217B"),
				listener("max-message-size", "1GB")))
			.containsExactly("tcp-echo.listeners.eof.fixed-length is 16777217 bytes,"
					+ " more than tcp-echo.max-buffered (unset: a quarter of the maximum heap) of 16777216 bytes");
	}

	@Test
	void whenTheHeaderLimitsTheMessagesTheArithmeticSaysSo() {
		assertThat(problems(SMALL, listener("framing", "length-2"), listener("max-message-size", "1MB"),
				listener("tls.bundle", "mine"), "tcp-echo.max-buffered=64KB"))
			.containsExactly("tcp-echo.listeners.eof.max-message-size (framing length-2: 65535) is 65535 bytes"
					+ " and needs 65536 bytes beside it, more than tcp-echo.max-buffered of 65536 bytes");
	}

	@Test
	void whenTheDescriptorsAreUnlimitedTheUsualNumberOfConnectionsIsAllowed() {
		ProcessLimits unlimited = new ProcessLimits(Long.MAX_VALUE, 64 * MIB, 17);
		assertThat(settings(unlimited, listener("port", 0)).listener("eof").maxConnections()).isEqualTo(10_000);
	}

	@Test
	void whenTwoMessagesJustFitMaxBufferedTheyAreTaken() {
		ServerSettings settings = settings(SMALL, listener("port", 0), listener("max-message-size", "8MB"));
		assertThat(settings.listener("eof").maxMessageSizeInBytes()).isEqualTo((int) (8 * MIB));
	}

	@ParameterizedTest
	@ValueSource(ints = { 17, 20 })
	void whenTheRuntimeHasNoVirtualThreadsTheirExecutorIsRefused(int javaVersion) {
		assertThat(problems(new ProcessLimits(1000, 64 * MIB, javaVersion), listener("executor", "virtual")))
			.containsExactly("tcp-echo.listeners.eof.executor is virtual, which needs Java 21 or later; this is Java "
					+ javaVersion);
	}

	@ParameterizedTest
	@CsvSource({ "virtual, 21", "virtual, 25", "pool, 17", "none, 17" })
	void whenTheRuntimeHasTheExecutorItIsTaken(String executor, int javaVersion) {
		assertThat(problems(new ProcessLimits(1000, 64 * MIB, javaVersion), listener("executor", executor))).isEmpty();
	}

	// All in all

	@Test
	void whenSeveralThingsAreWrongAllAreReportedTogether() {
		ConfigurationRefusedException refusal = new ConfigurationRefusedException(problemsOf(SMALL,
				listener("port", 70000), listener("executor", "virtual"), listener("timeouts.message", "10s"),
				listener("max-connections", 600), "tcp-echo.listeners.abc.port=70000",
				"tcp-echo.listeners.abc.backlog=0", "tcp-echo.listeners.abc.max-connections=400",
				"tcp-echo.max-buffered=1GB", "tcp-echo.buffer-wait=0s"));
		assertThat(refusal.getProblems()).containsExactly(
				"tcp-echo.listeners.abc.port is 70000, and must be between 0 and 65535",
				"tcp-echo.listeners.abc.backlog is 0, and must be between 1 and 2147483647",
				"tcp-echo.listeners.eof.port is 70000, and must be between 0 and 65535",
				"tcp-echo.listeners.eof.executor is virtual, which needs Java 21 or later; this is Java 17",
				"tcp-echo.listeners.eof.timeouts.message is 10s, less than tcp-echo.listeners.eof.timeouts.idle, 30s",
				"tcp-echo.listeners.abc.port and tcp-echo.listeners.eof.port are both 70000",
				"tcp-echo.listeners.abc.max-connections 400 + tcp-echo.listeners.eof.max-connections 600"
						+ " = 1000, more than 900, which is 90 % of the descriptor limit of 1000",
				"tcp-echo.max-buffered is 1073741824 bytes, more than half the maximum heap of 67108864 bytes",
				"tcp-echo.buffer-wait is 0s, and must be between 1ms and 365d");
		assertThat(refusal)
			.hasMessage("The configuration of tcp-echo is refused: " + String.join("; ", refusal.getProblems()));
	}

	@Test
	void whenAllIsWellTheSettingsAreWhatWasWrittenInTheOrderOfTheNames() {
		ServerSettings settings = settings(SMALL, listener("port", 7007), listener("max-message-size", "2KB"),
				"tcp-echo.listeners.abc.port=0", "tcp-echo.listeners.abc.max-connections=5", "tcp-echo.buffer-wait=3s",
				"tcp-echo.drain.delay=4s", "tcp-echo.drain.timeout=5s");
		assertThat(settings.listeners())
			.extracting(ListenerSettings::name, ListenerSettings::port, ListenerSettings::maxMessageSizeInBytes,
					ListenerSettings::maxConnections)
			.containsExactly(tuple("abc", 0, 5120, 5), tuple("eof", 7007, 2048, 400));
		assertThat(settings.bufferWait()).hasSeconds(3);
		assertThat(settings.drain().delay()).hasSeconds(4);
		assertThat(settings.drain().timeout()).hasSeconds(5);
	}

	@Test
	void whenThereIsNoListenerThereAreNoneInTheSettings() {
		assertThat(settings(SMALL).listeners()).isEmpty();
	}

	@Test
	void whenTheMachineIsAskedItAnswersForThisProcess() {
		ProcessLimits machine = ProcessLimits.current();
		assertThat(machine.javaVersion()).isEqualTo(Runtime.version().feature());
		assertThat(machine.maxHeap()).isEqualTo(Runtime.getRuntime().maxMemory());
		assertThat(machine.maxDescriptors()).isGreaterThan(100);
	}

	private static String listener(String key, Object value) {
		return "tcp-echo.listeners.eof." + key + "=" + value;
	}

	/**
	 * Return what is wrong with a listener {@code eof} on port 0 and these properties.
	 */
	private static List<String> problems(ProcessLimits machine, String... properties) {
		String[] all = Arrays.copyOf(properties, properties.length + 1);
		all[properties.length] = listener("port", 0);
		return problemsOf(machine, all);
	}

	private static List<String> problemsOf(ProcessLimits machine, String... properties) {
		return SettingsChecks.find(bind(properties), machine);
	}

	private static ServerSettings settings(ProcessLimits machine, String... properties) {
		TcpEchoProperties bound = bind(properties);
		assertThat(SettingsChecks.find(bound, machine)).isEmpty();
		return ServerSettings.resolve(bound, machine);
	}

	/** Bind properties, the first of equal names. */
	private static TcpEchoProperties bind(String... properties) {
		Map<String, String> values = Arrays.stream(properties)
			.map((property) -> property.split("=", 2))
			.collect(Collectors.toMap((property) -> property[0], (property) -> property[1], (one, other) -> one));
		return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate(TcpEchoProperties.PREFIX,
				TcpEchoProperties.class);
	}

}
