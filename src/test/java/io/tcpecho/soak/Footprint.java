package io.tcpecho.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

import io.tcpecho.testing.Commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * What a process holds, as Linux and its Java runtime tell.
 *
 * @param liveHeap bytes of the objects that a full collection leaves
 * @param descriptors open files and sockets
 * @param threads all threads, those of the runtime included
 */
record Footprint(long liveHeap, int descriptors, int threads) {

	private static final long HEAP_GROWTH = 5 * 1024 * 1024;

	private static final int TOLERANCE = 2;

	private static final Duration SETTLED_IN = Duration.ofSeconds(10);

	private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");

	/** Collect all garbage of a process and look at what is left. */
	static Footprint of(long pid) {
		return new Footprint(liveHeap(pid), descriptors(pid), threads(pid));
	}

	/**
	 * Look at a process after a burst until it has no more heap than before, or for 10 s:
	 * the pool of chunks drops within seconds what the burst has left in it.
	 */
	static Footprint settled(long pid, Footprint before) {
		long deadline = System.nanoTime() + SETTLED_IN.toNanos();
		Footprint now = of(pid);
		while (now.liveHeap >= before.liveHeap + HEAP_GROWTH && System.nanoTime() - deadline < 0) {
			now = of(pid);
		}
		return now;
	}

	/**
	 * Assert that it is what it was before: at most 5 MiB more heap, and as many
	 * descriptors and threads, give or take two.
	 * @param connections that may be open now
	 */
	void assertNoMoreThan(Footprint before, int connections) {
		assertThat(this.liveHeap).as("live heap in bytes").isLessThan(before.liveHeap + HEAP_GROWTH);
		assertThat(this.descriptors).as("descriptors")
			.isBetween(before.descriptors - TOLERANCE, before.descriptors + connections + TOLERANCE);
		assertThat(this.threads).as("threads").isCloseTo(before.threads, within(TOLERANCE));
	}

	/** Return the open files and sockets of a process. */
	static int descriptors(long pid) {
		return entries(Path.of("/proc", Long.toString(pid), "fd"));
	}

	/** Return the threads of a process. */
	static int threads(long pid) {
		return entries(Path.of("/proc", Long.toString(pid), "task"));
	}

	private static int entries(Path directory) {
		try (Stream<Path> entries = Files.list(directory)) {
			return (int) entries.count();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Sum up the histogram of live objects, whose making begins with a collection. It is
	 * the second one: what cleaners held until the first goes with it.
	 */
	private static long liveHeap(long pid) {
		Commands.run(JCMD.toString(), Long.toString(pid), "GC.run");
		String total = Commands.run(JCMD.toString(), Long.toString(pid), "GC.class_histogram")
			.lines()
			.filter((line) -> line.startsWith("Total"))
			.findFirst()
			.orElseThrow();
		return Long.parseLong(total.trim().split(" +")[2]);
	}

}
