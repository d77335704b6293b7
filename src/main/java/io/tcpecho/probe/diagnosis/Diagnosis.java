package io.tcpecho.probe.diagnosis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import io.tcpecho.probe.diagnosis.Observations.Group;

/**
 * The causes that the evidence of a run leaves possible, the likeliest first, and those
 * that it excludes. Immutable, and a pure function of the run.
 *
 * @param causes of everything that was not OK, the likeliest first
 * @param ruledOut what the evidence excludes, and no other evidence suggests
 * @param byVerdict the causes of each verdict, the likeliest first
 */
public record Diagnosis(List<Cause> causes, List<RuledOut> ruledOut, Map<Verdict, List<Cause>> byVerdict) {

	/** A cause explains more if it explains more than one symptom. */
	private static final int FOR_ANOTHER_SYMPTOM = 5;

	/** Causes with less are not worth a line beside a certain one. */
	private static final int CLEAR = 85;

	private static final int MOST_ALTERNATIVES = 6;

	/** Return what the evidence of a run allows to say. */
	public static Diagnosis of(Observations observations) {
		Map<Kind, Cause> causes = new EnumMap<>(Kind.class);
		Map<Kind, RuledOut> ruledOut = new EnumMap<>(Kind.class);
		Map<Verdict, Map<Kind, Cause>> byVerdict = new EnumMap<>(Verdict.class);
		for (Symptom symptom : symptoms(observations)) {
			for (Rule rule : Rule.ALL) {
				Opinion opinion = rule.judge().apply(symptom);
				if (opinion.isLikely()) {
					Cause cause = new Cause(rule.kind(), opinion.weight(), opinion.reason());
					causes.merge(rule.kind(), cause, Diagnosis::both);
					byVerdict.computeIfAbsent(symptom.verdict(), (verdict) -> new EnumMap<>(Kind.class))
						.merge(rule.kind(), cause, Diagnosis::likelier);
				}
				else if (opinion.isExcluded()) {
					ruledOut.putIfAbsent(rule.kind(), new RuledOut(rule.kind(), opinion.reason()));
				}
			}
		}
		ruledOut.keySet().removeAll(causes.keySet());
		Map<Verdict, List<Cause>> ranked = new EnumMap<>(Verdict.class);
		byVerdict.forEach((verdict, kinds) -> ranked.put(verdict, ranked(kinds.values())));
		return new Diagnosis(ranked(causes.values()), List.copyOf(ruledOut.values()), ranked);
	}

	/** Return what the evidence of these results allows to say. */
	public static Diagnosis of(List<Result> results) {
		return of(Observations.of(results));
	}

	private static Collection<Symptom> symptoms(Observations observations) {
		Map<Object, List<Group>> alike = observations.symptoms()
			.collect(
					Collectors.groupingBy(
							(group) -> List.of(group.verdict(), group.setup().framing(), group.setup().entrance(),
									group.isPaused(), String.valueOf(group.peer())),
							LinkedHashMap::new, Collectors.toList()));
		return alike.values().stream().map((groups) -> new Symptom(groups, observations)).toList();
	}

	private static Cause likelier(Cause one, Cause other) {
		return (other.weight() > one.weight()) ? other : one;
	}

	private static Cause both(Cause one, Cause other) {
		Cause likelier = likelier(one, other);
		return new Cause(likelier.kind(), Math.min(Cause.CERTAIN, likelier.weight() + FOR_ANOTHER_SYMPTOM),
				likelier.reason());
	}

	/** Return causes by weight, without those that a clear one leaves far behind. */
	private static List<Cause> ranked(Collection<Cause> causes) {
		int heaviest = causes.stream().mapToInt(Cause::weight).max().orElse(0);
		return causes.stream()
			.filter((cause) -> heaviest < CLEAR || cause.weight() * 2 > heaviest)
			.sorted(Comparator.comparingInt(Cause::weight).reversed())
			.toList();
	}

	/**
	 * Return what to print under a verdict: the likeliest cause with its reason, and in a
	 * second line what else it may be. Neither ends with a line feed.
	 */
	public List<String> lines(Verdict verdict) {
		List<Cause> likely = this.byVerdict.getOrDefault(verdict, List.of());
		if (likely.isEmpty()) {
			return (verdict == Verdict.OK) ? List.of() : List.of(verdict.usualCause());
		}
		List<String> lines = new ArrayList<>();
		lines.add(likely.get(0).text());
		if (likely.size() > 1) {
			lines.add("or: " + likely.stream()
				.skip(1)
				.limit(MOST_ALTERNATIVES)
				.map((cause) -> cause.kind().title())
				.collect(Collectors.joining("; ")) + ".");
		}
		return lines;
	}

}
