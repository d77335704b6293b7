package io.tcpecho.settings;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.settings.ResourceChecks.ManagementDemand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * What the configured numbers need in all, beside the limits of the process.
 */
class ResourceChecksTests {

	private static final long MB = 1024 * 1024;

	private static final ManagementDemand MANAGEMENT = new ManagementDemand(100, 10);

	@ParameterizedTest
	@CsvSource({ "878, true", "879, false" })
	void whenConnectionsLoopsPortsAndManagementNeedMoreDescriptorsTheSumIsRefused(int connections, boolean fits) {
		List<String> problems = problems(new ProcessLimits(1000, 1024 * MB, 21), Long.MAX_VALUE,
				"a.max-connections=" + (connections - 400), "b.max-connections=400", "a.event-loops=1",
				"b.event-loops=1");
		assertThat(problems).isEqualTo(fits ? List.of() : List
			.of("descriptors: tcp-echo.listeners.a.max-connections 479 + tcp-echo.listeners.b.max-connections 400"
					+ " + tcp-echo.listeners.a.event-loops 2 + tcp-echo.listeners.b.event-loops 2"
					+ " + ports of listeners 2 + server.tomcat.max-connections 100 + of the Java runtime 16 = 1001,"
					+ " more than the limit of 1000"));
	}

	@ParameterizedTest
	@CsvSource({ "16, true", "17, false" })
	void whenTheBuffersOfAllLoopsExceedTheDirectMemoryTheSumIsRefused(int loops, boolean fits) {
		List<String> problems = new ResourceChecks(properties("a.event-loops=" + loops, "b.event-loops=16"),
				new ProcessLimits(10_000, 1024 * MB, 21), new ProcessCapacity(20 * MB, Long.MAX_VALUE), MANAGEMENT)
			.problems();
		assertThat(problems).isEqualTo(fits ? List.of()
				: List.of("bytes of direct memory: tcp-echo.listeners.a.event-loops 8912896"
						+ " + tcp-echo.listeners.b.event-loops 8388608 + for all else 4194304 = 21495808,"
						+ " more than the limit of 20971520 (-XX:MaxDirectMemorySize)"));
	}

	@Test
	void whenLoopsAndPoolsExceedTheThreadsTheSumIsRefused() {
		assertThat(problems(new ProcessLimits(10_000, 1024 * MB, 21), 99, "a.executor=pool", "a.pool-size=40",
				"b.pool-size=9999", "b.event-loops=17"))
			.containsExactly("threads: tcp-echo.listeners.a.event-loops 1 + tcp-echo.listeners.b.event-loops 17"
					+ " + tcp-echo.listeners.a.pool-size 40 + server.tomcat.threads.max 10 + of the Java runtime 32 = 100,"
					+ " more than the limit of 99 (pids.max)");
	}

	@Test
	void whenConnectionsExceedTheHeapTheSumIsRefused() {
		assertThat(problems(new ProcessLimits(1_000_000, 64 * MB, 21), Long.MAX_VALUE, "a.max-connections=2000",
				"b.max-connections=2000", "b.tls.bundle=b"))
			.containsExactly("bytes of heap: tcp-echo.listeners.a.max-connections 4096000"
					+ " + tcp-echo.listeners.b.max-connections 36864000 + tcp-echo.max-buffered 16777216"
					+ " + for all else 16777216 = 74514432, more than the maximum heap of 67108864");
	}

	@Test
	void whenEveryNumberIsTheLargestTheSumsDoNotOverflow() {
		Stream<String> keys = Stream.of("a", "b", "c", "d")
			.flatMap((name) -> Stream
				.of("max-connections", "event-loops", "pool-size", "backlog", "pool-queue",
						"max-connections-per-address")
				.map((key) -> name + "." + key + "=" + Integer.MAX_VALUE));
		String[] settings = Stream.concat(keys, Stream.of("a.executor=pool", "b.tls.bundle=b")).toArray(String[]::new);
		ProcessLimits limits = new ProcessLimits(Long.MAX_VALUE, Long.MAX_VALUE, 21);
		List<String> problems = new ResourceChecks(properties(settings), limits, new ProcessCapacity(1, 1),
				new ManagementDemand(Integer.MAX_VALUE, Integer.MAX_VALUE))
			.problems();
		assertThat(problems).hasSize(2).noneMatch((problem) -> problem.contains("= -"));
		assertThat(SettingsChecks.find(properties(settings), new ProcessLimits(1024, 1024 * MB, 21)))
			.anyMatch((problem) -> problem.contains("= 8589934588, more than 921"));
	}

	@Test
	void whenTheBudgetIsTheLargestNumberTheSumIsRefusedAndDoesNotOverflow() {
		Map<String, String> keys = Map.of("tcp-echo.max-buffered", Long.MAX_VALUE + "B", "tcp-echo.listeners.a.port",
				"1", "tcp-echo.listeners.a.max-connections", "10");
		TcpEchoProperties properties = new Binder(new MapConfigurationPropertySource(keys))
			.bindOrCreate(TcpEchoProperties.PREFIX, Bindable.of(TcpEchoProperties.class));
		assertThat(new ResourceChecks(properties, new ProcessLimits(10_000, 1024 * MB, 21),
				new ProcessCapacity(Long.MAX_VALUE, Long.MAX_VALUE), MANAGEMENT)
			.problems())
			.containsExactly("bytes of heap: tcp-echo.listeners.a.max-connections 20480"
					+ " + tcp-echo.max-buffered 9223372036854775807 + for all else 16777216 = 9223372036854775807,"
					+ " more than the maximum heap of 1073741824");
	}

	@Test
	void whenNothingIsSetTheDefaultsFitASmallProcess() {
		assertThat(problems(new ProcessLimits(256, 24 * MB, 17), 64)).isEmpty();
	}

	@Test
	void whenALoopStartsItsBufferHasTheSizeThatIsCounted() {
		assertThat(ResourceChecks.BUFFERS_OF_A_LOOP_IN_BYTES).isEqualTo(2L * EventLoop.BUFFER_SIZE_IN_BYTES);
	}

	@ParameterizedTest
	@ValueSource(longs = { 8, 16, 21 })
	void whenTheHeapIsTooSmallToStartItIsRefused(long megabytes) {
		assertThatExceptionOfType(ConfigurationRefusedException.class)
			.isThrownBy(() -> SmallestHeap.check(megabytes * MB))
			.withMessageEndingWith(
					"the maximum heap is " + megabytes * MB + " bytes, and must be at least 23068672 (-Xmx24m)");
		assertThatNoException().isThrownBy(() -> SmallestHeap.check(SmallestHeap.SMALLEST_IN_BYTES));
	}

	private static List<String> problems(ProcessLimits limits, long maxThreads, String... settings) {
		return new ResourceChecks(properties(settings), limits, new ProcessCapacity(Long.MAX_VALUE, maxThreads),
				MANAGEMENT)
			.problems();
	}

	private static TcpEchoProperties properties(String... settings) {
		Map<String, String> keys = Stream.concat(Stream.of("a.port=1", "b.port=2"), Stream.of(settings))
			.map((setting) -> setting.split("="))
			.collect(Collectors.toMap((setting) -> "tcp-echo.listeners." + setting[0], (setting) -> setting[1]));
		return new Binder(new MapConfigurationPropertySource(keys)).bindOrCreate(TcpEchoProperties.PREFIX,
				Bindable.of(TcpEchoProperties.class));
	}

}
