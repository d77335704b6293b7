package io.tcpecho.load;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.tcpecho.probe.Verdict;
import io.tcpecho.text.Amounts;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.PackedHistogram;
import org.jspecify.annotations.Nullable;

/**
 * Several loads of the same time as one: the sum of what their generators have measured.
 * Percentiles are exactly those of all exchanges together, because the histograms are
 * added. Seconds are laid beside each other by the time of day, to within half a second.
 */
public final class LoadMerge {

	/** The share of the measured time that generators should have in common. */
	private static final double ENOUGH_IN_COMMON = 0.9;

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final Map<String, LoadSummary> loads = new LinkedHashMap<>();

	private final List<LoadLog> logs;

	private final List<String> notes = new ArrayList<>();

	/**
	 * Merge loads.
	 * @param logs the loads by the names of their files, one or more
	 * @throws IllegalArgumentException if they are no load of the same time, or not
	 * comparable
	 */
	public LoadMerge(Map<String, LoadLog> logs) {
		logs.forEach((name, log) -> this.loads.put(name, log.summary()));
		this.logs = List.copyOf(logs.values());
		requireDifferentRuns();
		requireSame("framing", (load) -> load.options().framing());
		requireSame("size",
				(load) -> load.options()
					.sizes()
					.stream()
					.sorted()
					.map(String::valueOf)
					.collect(Collectors.joining(",")));
		requireSame("way in", (load) -> load.options().entrance());
		requireSame("timeout", (load) -> load.options().timeout().toMillis() + " ms");
		noteDifferent("target", (load) -> load.options().target());
		noteDifferent("version", (load) -> load.origin().version());
		noteDifferent("rate", (load) -> String.valueOf(load.options().rate()));
		noteDifferent("number of connections", (load) -> String.valueOf(load.options().connections()));
		if (this.loads.size() > 1) {
			noteOverlap();
		}
	}

	private void requireDifferentRuns() {
		Map<List<Object>, String> seen = new LinkedHashMap<>();
		this.loads.forEach((name, load) -> {
			String other = seen.put(List.of(load.origin(), load.beganAt(), load.tally().exchanges()), name);
			if (other != null) {
				throw new IllegalArgumentException(other + " and " + name + " are the same load");
			}
		});
	}

	private void requireSame(String what, Function<LoadSummary, String> value) {
		Map<String, String> files = filesByValue(value);
		if (files.size() > 1) {
			throw new IllegalArgumentException("loads of different " + what + " are not one load: " + text(files));
		}
	}

	private void noteDifferent(String what, Function<LoadSummary, String> value) {
		Map<String, String> files = filesByValue(value);
		if (files.size() > 1) {
			this.notes.add("The generators differ in their " + what + ": " + text(files) + ".");
		}
	}

	/** Return one file for each value. */
	private Map<String, String> filesByValue(Function<LoadSummary, String> value) {
		Map<String, String> files = new LinkedHashMap<>();
		this.loads.forEach((name, load) -> files.putIfAbsent(value.apply(load), name));
		return files;
	}

	private static String text(Map<String, String> files) {
		return files.entrySet()
			.stream()
			.limit(4)
			.map((entry) -> (entry.getKey().isEmpty() ? "none" : entry.getKey()) + " in " + entry.getValue())
			.collect(Collectors.joining(", "));
	}

	private void noteOverlap() {
		Map.Entry<String, LoadSummary> last = this.loads.entrySet()
			.stream()
			.max(Comparator.comparing((entry) -> entry.getValue().measuredFrom()))
			.orElseThrow();
		Map.Entry<String, LoadSummary> first = this.loads.entrySet()
			.stream()
			.min(Comparator.comparing((entry) -> entry.getValue().measuredUntil()))
			.orElseThrow();
		Duration common = Duration.between(last.getValue().measuredFrom(), first.getValue().measuredUntil());
		if (common.isNegative() || common.isZero()) {
			throw new IllegalArgumentException("the loads have no measured time in common: that of " + first.getKey()
					+ " ended at " + first.getValue().measuredUntil() + ", and that of " + last.getKey() + " began at "
					+ last.getValue().measuredFrom());
		}
		Duration all = Duration.between(measuredFrom(), measuredUntil());
		this.notes.add(String.format(Locale.ROOT, "%s measured together for %.1f of %.1f s.%s",
				Amounts.count(this.loads.size(), "generator"), common.toMillis() / 1e3, all.toMillis() / 1e3,
				(common.toNanos() >= ENOUGH_IN_COMMON * all.toNanos()) ? ""
						: " The rate is the sum of their rates, which the server has seen in that time only."));
	}

	private Instant measuredFrom() {
		return earliest(LoadSummary::measuredFrom);
	}

	private Instant measuredUntil() {
		return this.loads.values()
			.stream()
			.map(LoadSummary::measuredUntil)
			.max(Comparator.naturalOrder())
			.orElseThrow();
	}

	private Instant earliest(Function<LoadSummary, Instant> moment) {
		return this.loads.values().stream().map(moment).min(Comparator.naturalOrder()).orElseThrow();
	}

	/**
	 * Return in what the loads differ, and what time they have in common, in sentences.
	 */
	public List<String> notes() {
		return List.copyOf(this.notes);
	}

	/** Return all loads as one. */
	public LoadSummary summary() {
		List<LoadSummary> all = List.copyOf(this.loads.values());
		Tally tally = new Tally();
		all.forEach((load) -> tally.add(load.tally()));
		Instant beganAt = earliest(LoadSummary::beganAt);
		GeneratorCpu busiest = all.stream()
			.map(LoadSummary::generatorCpu)
			.max(Comparator.comparingDouble(GeneratorCpu::share))
			.orElse(GeneratorCpu.NONE);
		return new LoadSummary(options(all, Duration.between(beganAt, measuredFrom())), origin(all), beganAt,
				Duration.between(measuredFrom(), measuredUntil()), tally, seconds(beganAt),
				all.stream().mapToLong(LoadSummary::notBegun).sum(), busiest, all);
	}

	private static LoadOptions options(List<LoadSummary> all, Duration warmup) {
		LoadOptions first = all.get(0).options();
		return new LoadOptions(joined(all, (load) -> load.options().target()), first.framing(), first.sizes(),
				all.stream().mapToInt((load) -> load.options().connections()).sum(),
				all.stream().mapToLong((load) -> load.options().rate()).sum(), warmup,
				all.stream().map((load) -> load.options().duration()).max(Comparator.naturalOrder()).orElseThrow(),
				first.timeout(), first.entrance());
	}

	private static Origin origin(List<LoadSummary> all) {
		return new Origin(joined(all, (load) -> load.origin().version()), joined(all, (load) -> load.origin().host()),
				joined(all, (load) -> load.origin().machine()));
	}

	private static String joined(List<LoadSummary> all, Function<LoadSummary, String> value) {
		return all.stream().map(value).distinct().collect(Collectors.joining(", "));
	}

	private List<LoadProgress> seconds(Instant beganAt) {
		SortedMap<Long, MergedSecond> merged = new TreeMap<>();
		for (LoadLog log : this.logs) {
			long later = Math.round(Duration.between(beganAt, log.summary().beganAt()).toMillis() / 1e3);
			for (LoadProgress second : log.summary().wholeSeconds()) {
				merged.computeIfAbsent(second.second() + later, (number) -> new MergedSecond())
					.add(second, log.okNanos().get(second.second()));
			}
		}
		List<LoadProgress> seconds = new ArrayList<>();
		merged.forEach((number, second) -> seconds.add(second.progress(number)));
		return seconds;
	}

	/** A second of all generators. */
	private static final class MergedSecond {

		private final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);

		private final PackedHistogram okNanos = new PackedHistogram(Recordings.SIGNIFICANT_DIGITS);

		private boolean warmUp = true;

		void add(LoadProgress second, @Nullable AbstractHistogram nanos) {
			this.warmUp &= second.warmUp();
			second.verdicts().forEach((verdict, count) -> this.verdicts.merge(verdict, count, Long::sum));
			if (nanos != null) {
				this.okNanos.add(nanos);
			}
		}

		LoadProgress progress(long number) {
			return LoadProgress.of(number, this.warmUp, SECOND, this.verdicts, this.okNanos);
		}

	}

}
