package io.tcpecho.load;

import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

import io.tcpecho.load.Tag.Phase;
import io.tcpecho.probe.Passage;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The times of exchanges by size and verdict, and of the phases of their connections: a
 * histogram for each. Sums of recordings are exact. Not thread-safe.
 *
 * <p>
 * Phases are recorded for exchanges that ended in {@link Verdict#OK}: how long a failure
 * took says more about timeouts than about the path. Times are in nanoseconds, and have
 * three significant digits.
 */
final class Recordings {

	/** The precision of all histograms. */
	static final int SIGNIFICANT_DIGITS = 3;

	private final Map<Tag, Histogram> histograms = new HashMap<>();

	/** Record a result. */
	void add(Result result) {
		record(Tag.exchange(result.size(), result.verdict()), result.totalNanos());
		if (result.verdict() == Verdict.OK) {
			record(Tag.of(Phase.CONNECT), result.connectNanos());
			add(result.passage());
		}
	}

	private void add(@Nullable Passage passage) {
		if (passage == null) {
			return;
		}
		record(Tag.of(Phase.VIA), passage.viaNanos());
		if (passage.session() != null) {
			record(Tag.of(passage.session().resumed() ? Phase.TLS_RESUMED : Phase.TLS), passage.tlsNanos());
		}
	}

	private void record(Tag tag, long nanos) {
		if (nanos != Result.NEVER) {
			histogram(tag).recordValue(nanos);
		}
	}

	private Histogram histogram(Tag tag) {
		return this.histograms.computeIfAbsent(tag, (key) -> new Histogram(SIGNIFICANT_DIGITS));
	}

	/** Add what others have recorded. */
	void add(Recordings other) {
		other.histograms.forEach(this::add);
	}

	/** Add the times of one kind. */
	void add(Tag tag, Histogram nanos) {
		histogram(tag).add(nanos);
	}

	/** Return whether nothing was recorded. */
	boolean isEmpty() {
		return this.histograms.isEmpty();
	}

	/** Return the histograms in the order of their tags. */
	SortedMap<Tag, Histogram> histograms() {
		return new TreeMap<>(this.histograms);
	}

	/** Return the sizes of the messages in bytes. */
	SortedSet<Integer> sizes() {
		SortedSet<Integer> sizes = new TreeSet<>();
		this.histograms.keySet().stream().filter((tag) -> tag.verdict() != null).map(Tag::size).forEach(sizes::add);
		return sizes;
	}

	/** Return the number of exchanges by verdict, without zeros. */
	Map<Verdict, Long> verdicts() {
		return verdicts(sizes());
	}

	/** Return the number of exchanges of some sizes by verdict, without zeros. */
	Map<Verdict, Long> verdicts(Collection<Integer> sizes) {
		Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
		this.histograms.forEach((tag, nanos) -> {
			if (tag.verdict() != null && sizes.contains(tag.size())) {
				verdicts.merge(tag.verdict(), nanos.getTotalCount(), Long::sum);
			}
		});
		return verdicts;
	}

	/** Return the times of a phase. */
	Histogram phase(Phase phase) {
		return sum((tag) -> tag.phase() == phase);
	}

	/** Return the times of all exchanges that ended in OK. */
	Histogram okNanos() {
		return sum((tag) -> tag.verdict() == Verdict.OK);
	}

	/** Return the times of the exchanges of one size that ended in OK. */
	Histogram okNanos(int size) {
		return sum((tag) -> tag.verdict() == Verdict.OK && tag.size() == size);
	}

	private Histogram sum(Predicate<Tag> wanted) {
		Histogram sum = new Histogram(SIGNIFICANT_DIGITS);
		this.histograms.forEach((tag, nanos) -> {
			if (wanted.test(tag)) {
				sum.add(nanos);
			}
		});
		return sum;
	}

}
