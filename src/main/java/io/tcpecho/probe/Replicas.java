package io.tcpecho.probe;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * How often each replica has answered. Not thread-safe.
 */
public final class Replicas {

	/** A server that makes names up must not fill the memory. */
	private static final int MOST_NAMES = 1_000;

	private static final String OTHERS = "(others)";

	/** The quantile of the normal distribution for 95 %. */
	private static final double Z = 1.959964;

	private final Map<String, Long> counts = new TreeMap<>();

	/** Count the replica that an exchange has named, if it has. */
	public void add(Result result) {
		String name = of(result);
		if (name != null) {
			add(name, 1);
		}
	}

	/** Count answers of a replica. */
	public void add(String name, long count) {
		boolean known = this.counts.containsKey(name) || this.counts.size() < MOST_NAMES;
		this.counts.merge(known ? name : OTHERS, count, Long::sum);
	}

	/** Count what another one has counted. */
	public void add(Replicas other) {
		other.counts.forEach(this::add);
	}

	/** Return how many answers were counted. */
	public long total() {
		return this.counts.values().stream().mapToLong(Long::longValue).sum();
	}

	/** Return the share of each replica, the largest first. */
	public List<Share> shares() {
		long total = total();
		return this.counts.entrySet()
			.stream()
			.map((entry) -> Share.of(entry.getKey(), entry.getValue(), total))
			.sorted(Comparator.comparingLong(Share::count).reversed().thenComparing(Share::replica))
			.toList();
	}

	/** Return the name of the replica that an exchange has named; null if none. */
	static @Nullable String of(Result result) {
		Passage passage = result.passage();
		return (passage != null) ? passage.replica() : null;
	}

	/**
	 * The share of one replica.
	 *
	 * @param replica its name
	 * @param count how often it answered
	 * @param percent that as a share of all answers
	 * @param low the lower end of the interval that has the true share with 95 %
	 * probability (Wilson), in per cent
	 * @param high its upper end, in per cent
	 */
	public record Share(String replica, long count, double percent, double low, double high) {

		static Share of(String replica, long count, long total) {
			double share = (double) count / total;
			double square = Z * Z / total;
			double middle = (share + square / 2) / (1 + square);
			double width = Z * Math.sqrt(share * (1 - share) / total + square / (4 * total)) / (1 + square);
			return new Share(replica, count, 100 * share, 100 * Math.max(0, middle - width),
					100 * Math.min(1, middle + width));
		}

	}

}
