package io.tcpecho.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.tcpecho.connection.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Judges what a hostile case has left behind, beside what its clients saw: how often the
 * service ran, how the connections ended, and that gauges, descriptors and threads are
 * back where they were. The clients must have closed their sockets by then.
 */
public final class Oracle {

	/**
	 * Those that a listener's pool keeps, a bounded number, and those that only watch.
	 */
	private static final List<String> THREADS_THAT_MAY_STAY = List.of("tcp-echo-echo-service-", "awaitility",
			"process reaper");

	private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

	private final TestServer server;

	private final int serviceCalls;

	private final long accepted;

	private final Map<Outcome, Long> ended = new EnumMap<>(Outcome.class);

	private final CharSequence output;

	private final int outputLength;

	private final long descriptors;

	private final Set<Thread> threads;

	private Oracle(TestServer server, CharSequence output) {
		this.server = server;
		this.output = output;
		this.outputLength = output.length();
		this.serviceCalls = server.serviceCalls();
		this.accepted = server.accepted();
		for (Outcome outcome : Outcome.values()) {
			this.ended.put(outcome, server.outcomes(outcome));
		}
		this.descriptors = countDescriptors();
		this.threads = new HashSet<>(Thread.getAllStackTraces().keySet());
	}

	/** Remember what there is while a server has no connection. */
	public static Oracle watch(TestServer server) {
		return watch(server, "");
	}

	/**
	 * Remember also where the log ends.
	 * @param output what is captured of this process's output
	 */
	public static Oracle watch(TestServer server, CharSequence output) {
		server.awaitQuiet();
		return new Oracle(server, output);
	}

	/** Return how often the service has run since. */
	public int calls() {
		return this.server.serviceCalls() - this.serviceCalls;
	}

	/** Return how many connections were accepted since. */
	public long accepted() {
		return this.server.accepted() - this.accepted;
	}

	/** Return how many connections have ended this way since. */
	public long ended(Outcome outcome) {
		return this.server.outcomes(outcome) - this.ended.getOrDefault(outcome, 0L);
	}

	/** Return what was logged since. */
	public String log() {
		return this.output.toString().substring(this.outputLength);
	}

	/** Return how many sockets and selectors more this process has; on Linux only. */
	public long newDescriptors() {
		return countDescriptors() - this.descriptors;
	}

	/** Return the names of the threads that were not there, but for those of a pool. */
	public List<String> newThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> !this.threads.contains(thread))
			.map(Thread::getName)
			.filter((name) -> THREADS_THAT_MAY_STAY.stream().noneMatch(name::startsWith))
			.toList();
	}

	/**
	 * Wait until every connection has ended, and assert that nothing is left of them: no
	 * memory, no entry in a map, no descriptor and no thread. All counts are final then.
	 */
	public Oracle settled() {
		this.server.awaitQuiet();
		TestServer.await().untilAsserted(() -> {
			assertThat(newDescriptors()).as("descriptors that were not there").isLessThanOrEqualTo(0);
			assertThat(newThreads()).as("threads that were not there").isEmpty();
		});
		return this;
	}

	/** Assert how often the service has run. */
	public Oracle calls(int expected) {
		assertThat(calls()).as("calls of the service").isEqualTo(expected);
		return this;
	}

	/** Assert how many connections have ended this way. */
	public Oracle ended(Outcome outcome, long expected) {
		assertThat(ended(outcome)).as("connections that ended " + outcome).isEqualTo(expected);
		return this;
	}

	/** Assert that so many connections were accepted, and that all ended this way. */
	public Oracle allEnded(Outcome outcome, long expected) {
		assertThat(accepted()).as("accepted connections").isEqualTo(expected);
		return ended(outcome, expected);
	}

	/** Not those of files: jars are opened when a class is first looked for. */
	private static long countDescriptors() {
		if (!Files.isDirectory(DESCRIPTORS)) {
			return 0;
		}
		try (Stream<Path> all = Files.list(DESCRIPTORS)) {
			return all.map(Oracle::target)
				.filter((target) -> target.startsWith("socket:") || target.startsWith("anon_inode:"))
				.count();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String target(Path descriptor) {
		try {
			return Files.readSymbolicLink(descriptor).toString();
		}
		catch (NoSuchFileException ex) {
			return "closed meanwhile";
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
