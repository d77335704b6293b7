package io.tcpecho.probe;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import io.tcpecho.probe.Replicas.Share;
import org.jspecify.annotations.Nullable;

/**
 * Checks which replicas answer: an exchange that another one has answered than it should
 * becomes {@link Verdict#WRONG_REPLICA}, and at the end the shares have to be as
 * expected. Not thread-safe.
 */
public final class ReplicaCheck {

	private final Expectation expectation;

	private final Replicas replicas = new Replicas();

	private @Nullable String first;

	/** Create a check that has seen nothing. */
	public ReplicaCheck(Expectation expectation) {
		this.expectation = expectation;
	}

	/** Take a result into account, and return it with the verdict that it gets. */
	public Result judge(Result result) {
		String replica = Replicas.of(result);
		if (result.verdict() != Verdict.OK || replica == null) {
			return result;
		}
		this.replicas.add(result);
		String before = (this.first != null) ? this.first : replica;
		this.first = before;
		if (this.expectation.affinity() && !replica.equals(before)) {
			return result.with(Verdict.WRONG_REPLICA, replica + " answered, and " + before + " did before");
		}
		Weight weight = this.expectation.weightOf(replica);
		if (this.expectation.isNamed() && weight == null) {
			return result.with(Verdict.WRONG_REPLICA, replica + " answered, which is not expected");
		}
		if (weight != null && weight.value() == 0) {
			return result.with(Verdict.WRONG_REPLICA, replica + " answered, which has weight 0");
		}
		return result;
	}

	/** Return what has answered. */
	public Replicas replicas() {
		return this.replicas;
	}

	/**
	 * Return what is wrong with the shares.
	 * @return a sentence without a full stop for each problem; empty if nothing is
	 * expected of them or nothing has answered
	 */
	public List<String> problems() {
		if (this.expectation.weights().isEmpty() || this.replicas.total() == 0) {
			return List.of();
		}
		return this.expectation.isNamed() ? problemsOfNamed() : problemsOfUnnamed();
	}

	private List<String> problemsOfNamed() {
		List<String> problems = new ArrayList<>();
		for (Weight weight : this.expectation.weights()) {
			long count = this.replicas.shares()
				.stream()
				.filter((share) -> weight.equals(this.expectation.weightOf(share.replica())))
				.mapToLong(Share::count)
				.sum();
			check(weight.name(), 100.0 * count / this.replicas.total(), weight, problems);
		}
		return problems;
	}

	private List<String> problemsOfUnnamed() {
		List<String> problems = new ArrayList<>();
		List<Weight> weights = this.expectation.weights()
			.stream()
			.filter((weight) -> weight.value() > 0)
			.sorted(Comparator.comparingDouble(Weight::value).reversed())
			.toList();
		List<Share> shares = this.replicas.shares();
		for (int i = 0; i < Math.max(weights.size(), shares.size()); i++) {
			if (i >= weights.size()) {
				problems.add(shares.get(i).replica() + " answered " + shares.get(i).count() + " of "
						+ this.replicas.total() + ", and only " + weights.size() + " are expected to answer");
			}
			else if (i >= shares.size()) {
				problems.add("only " + shares.size() + " of " + weights.size() + " expected replicas answered");
				break;
			}
			else {
				check(shares.get(i).replica(), shares.get(i).percent(), weights.get(i), problems);
			}
		}
		return problems;
	}

	private void check(String name, double percent, Weight weight, List<String> problems) {
		double expected = 100 * weight.value() / this.expectation.sum();
		if (Math.abs(percent - expected) > this.expectation.tolerance()) {
			problems.add(String.format(Locale.ROOT, "%s answered %.1f %%, and %.1f %% within %.1f points is expected",
					name, percent, expected, this.expectation.tolerance()));
		}
	}

	/**
	 * What is expected of the replicas.
	 *
	 * @param weights the weight of each; empty for any shares
	 * @param tolerance how many points a share may differ from its weight
	 * @param affinity whether all exchanges are expected to have the same replica
	 */
	public record Expectation(List<Weight> weights, double tolerance, boolean affinity) {

		/** Check the values against each other. */
		public Expectation {
			weights = List.copyOf(weights);
			if (tolerance < 0 || tolerance > 100) {
				throw new IllegalArgumentException("tolerance " + tolerance + " is not between 0 and 100 points");
			}
			if (affinity && !weights.isEmpty()) {
				throw new IllegalArgumentException("expect and affinity exclude each other");
			}
		}

		/**
		 * Return the weights of a text, such as {@code 70:30}, or with the beginnings of
		 * names {@code echo-v1=70:echo-v2=30}.
		 * @throws IllegalArgumentException if it is none; the message says what is wrong
		 */
		public static List<Weight> parse(String text) {
			List<Weight> weights = new ArrayList<>();
			for (String part : text.split(":", -1)) {
				int equals = part.lastIndexOf('=');
				String number = part.substring(equals + 1);
				if (equals == 0 || !number.matches("\\d{1,6}(\\.\\d{1,3})?")) {
					throw new IllegalArgumentException("expect '" + text
							+ "' is not of the form 70:30 or NAME=70:NAME=30, with weights from 0 to 999999");
				}
				weights.add(new Weight((equals > 0) ? part.substring(0, equals) : "", Double.parseDouble(number)));
			}
			long named = weights.stream().filter((weight) -> !weight.name().isEmpty()).count();
			if (named > 0 && named < weights.size()) {
				throw new IllegalArgumentException("expect '" + text + "' names only some of its replicas");
			}
			if (weights.stream().mapToDouble(Weight::value).sum() == 0) {
				throw new IllegalArgumentException("expect '" + text + "' has no weight over 0");
			}
			return weights;
		}

		boolean isNamed() {
			return !this.weights.isEmpty() && !this.weights.get(0).name().isEmpty();
		}

		double sum() {
			return this.weights.stream().mapToDouble(Weight::value).sum();
		}

		/** Return the named weight of a replica, that with the longest name. */
		@Nullable Weight weightOf(String replica) {
			return !isNamed() ? null
					: this.weights.stream()
						.filter((weight) -> weight.isOf(replica))
						.max(Comparator.comparingInt((weight) -> weight.name().length()))
						.orElse(null);
		}

	}

	/**
	 * The weight of replicas.
	 *
	 * @param name their name, or the beginning of it that a dash follows, as those of
	 * pods of a deployment; empty for any replica
	 * @param value how often they answer, compared with the others; 0 for never
	 */
	public record Weight(String name, double value) {

		boolean isOf(String replica) {
			return replica.equals(this.name) || replica.startsWith(this.name + "-");
		}

	}

}
