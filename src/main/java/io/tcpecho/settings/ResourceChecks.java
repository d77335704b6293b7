package io.tcpecho.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

import io.tcpecho.settings.TcpEchoProperties.ExecutorKind;
import io.tcpecho.settings.TcpEchoProperties.Listener;

/**
 * The arithmetic of what the configured numbers need in all: descriptors, direct memory,
 * threads and heap, with what management needs beside them. Defaults fit by themselves;
 * the sums are of numbers that users set.
 */
final class ResourceChecks implements ConfigurationCheck {

	/**
	 * The bytes that each event loop has in direct memory: its buffer, and one of the
	 * same size that the Java runtime keeps for reads and writes of chunks.
	 */
	static final long BUFFERS_OF_A_LOOP_IN_BYTES = 512 * 1024;

	/** Descriptors of a selector: its own, and that of its wakeup. */
	private static final int DESCRIPTORS_OF_A_LOOP = 2;

	/** What the Java runtime has open: the jar, its modules, streams. */
	private static final int OTHER_DESCRIPTORS = 16;

	private static final int OTHER_THREADS = 32;

	private static final long OTHER_DIRECT_MEMORY_IN_BYTES = 4 * 1024 * 1024;

	/** What an idle server needs. */
	private static final long OTHER_HEAP_IN_BYTES = 16 * 1024 * 1024;

	/** Measured: 1,674 bytes of an open connection (docs/benchmarks.md). */
	private static final long HEAP_OF_A_CONNECTION_IN_BYTES = 2 * 1024;

	/** An estimate of what the engine of TLS needs beside its buffers. */
	private static final long HEAP_OF_A_TLS_ENGINE_IN_BYTES = 16 * 1024;

	private final TcpEchoProperties properties;

	private final ProcessLimits limits;

	private final ProcessCapacity capacity;

	private final ManagementDemand management;

	ResourceChecks(TcpEchoProperties properties, ProcessLimits limits, ProcessCapacity capacity,
			ManagementDemand management) {
		this.properties = properties;
		this.limits = limits;
		this.capacity = capacity;
		this.management = management;
	}

	@Override
	public List<String> problems() {
		List<String> problems = new ArrayList<>();
		Map<String, Listener> enabled = this.properties.enabledListeners();
		descriptors(enabled, problems);
		directMemory(enabled, problems);
		threads(enabled, problems);
		heap(enabled, problems);
		return problems;
	}

	private void descriptors(Map<String, Listener> enabled, List<String> problems) {
		Sum connections = new Sum().add(enabled, "max-connections", ResourceChecks::connections);
		Sum sum = new Sum().add(connections)
			.add(enabled, "event-loops", (listener) -> (long) DESCRIPTORS_OF_A_LOOP * loops(listener))
			.add("ports of listeners", enabled.size())
			.add("server.tomcat.max-connections", this.management.connections())
			.add("of the Java runtime", OTHER_DESCRIPTORS);
		// SettingsChecks refuses more connections than 90 % of the limit.
		if (connections.total <= this.limits.maxDescriptors() * 9 / 10 && sum.total > this.limits.maxDescriptors()) {
			problems.add("descriptors: " + sum + ", more than the limit of " + this.limits.maxDescriptors());
		}
	}

	private void directMemory(Map<String, Listener> enabled, List<String> problems) {
		Sum sum = new Sum().add(enabled, "event-loops", (listener) -> BUFFERS_OF_A_LOOP_IN_BYTES * loops(listener))
			.add("for all else", OTHER_DIRECT_MEMORY_IN_BYTES);
		if (sum.total > this.capacity.directMemoryInBytes()) {
			problems.add("bytes of direct memory: " + sum + ", more than the limit of "
					+ this.capacity.directMemoryInBytes() + " (-XX:MaxDirectMemorySize)");
		}
	}

	private void threads(Map<String, Listener> enabled, List<String> problems) {
		Sum sum = new Sum().add(enabled, "event-loops", ResourceChecks::loops)
			.add(enabled, "pool-size",
					(listener) -> (listener.executor() == ExecutorKind.POOL) ? Math.max(0, listener.poolSize()) : 0)
			.add("server.tomcat.threads.max", this.management.threads())
			.add("of the Java runtime", OTHER_THREADS);
		if (sum.total > this.capacity.maxThreads()) {
			problems.add("threads: " + sum + ", more than the limit of " + this.capacity.maxThreads() + " (pids.max)");
		}
	}

	private void heap(Map<String, Listener> enabled, List<String> problems) {
		long maxBuffered = ServerSettings.maxBuffered(this.properties, this.limits);
		Sum sum = new Sum()
			.add(enabled, "max-connections",
					(listener) -> Math.multiplyExact(connections(listener), heapOfAConnection(listener)))
			.add("tcp-echo.max-buffered", Math.max(0, maxBuffered))
			.add("for all else", OTHER_HEAP_IN_BYTES);
		boolean set = enabled.values().stream().anyMatch((listener) -> connections(listener) > 0);
		if (set && sum.total > this.limits.maxHeap()) {
			problems.add("bytes of heap: " + sum + ", more than the maximum heap of " + this.limits.maxHeap());
		}
	}

	private static long heapOfAConnection(Listener listener) {
		return HEAP_OF_A_CONNECTION_IN_BYTES + ((listener.tls().bundle() != null) ? HEAP_OF_A_TLS_ENGINE_IN_BYTES : 0);
	}

	/** Return the configured number, 0 if it is unset or refused in any case. */
	private static long connections(Listener listener) {
		Integer maxConnections = listener.maxConnections();
		return (maxConnections != null) ? Math.max(0, maxConnections) : 0;
	}

	private static long loops(Listener listener) {
		return Math.max(0, listener.eventLoops());
	}

	/** A sum with its terms, those of 0 left out. */
	private static final class Sum {

		private final List<String> terms = new ArrayList<>();

		private long total;

		Sum add(String name, long amount) {
			if (amount > 0) {
				this.terms.add(name + " " + amount);
				this.total = saturated(this.total, amount);
			}
			return this;
		}

		Sum add(Map<String, Listener> listeners, String key, ToLongFunction<Listener> amount) {
			listeners.forEach((name, listener) -> add(TcpEchoProperties.PREFIX + ".listeners." + name + "." + key,
					amount.applyAsLong(listener)));
			return this;
		}

		Sum add(Sum other) {
			this.terms.addAll(other.terms);
			this.total = saturated(this.total, other.total);
			return this;
		}

		/** Add two amounts, at most the largest number: it is beyond every limit. */
		private static long saturated(long one, long other) {
			return (one > Long.MAX_VALUE - other) ? Long.MAX_VALUE : one + other;
		}

		@Override
		public String toString() {
			return String.join(" + ", this.terms) + " = " + this.total;
		}

	}

	/**
	 * What the management endpoints may need.
	 *
	 * @param connections descriptors of open connections
	 * @param threads threads that answer
	 */
	record ManagementDemand(int connections, int threads) {

		/**
		 * Tomcat starts so many threads at once, and further ones when they are needed.
		 */
		private static final int USUAL_THREADS = 10;

		/** Return what is configured; 0 for no management. */
		static ManagementDemand of(WrongValues values) {
			boolean none = values.value("spring.main.web-application-type", String.class)
				.filter("none"::equalsIgnoreCase)
				.isPresent();
			return none ? new ManagementDemand(0, 0)
					: new ManagementDemand(values.value("server.tomcat.max-connections", Integer.class).orElse(0),
							values.value("server.tomcat.threads.max", Integer.class).orElse(USUAL_THREADS));
		}

	}

}
