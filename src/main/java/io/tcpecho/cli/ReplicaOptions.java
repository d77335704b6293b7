package io.tcpecho.cli;

import java.time.Duration;
import java.util.List;

import io.tcpecho.probe.ReplicaCheck;
import io.tcpecho.probe.ReplicaCheck.Expectation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that ask which replicas answer.
 */
final class ReplicaOptions {

	private static final long MANY = 500;

	private static final double USUAL_TOLERANCE = 5;

	@Option(names = "--replicas",
			description = "Show how often each replica answers, from the lines of a listener with identify: 500 exchanges"
					+ " without a pause unless --count and --interval say otherwise.")
	private boolean wanted;

	@Option(names = "--expect", paramLabel = "SHARES",
			description = "Shares that the replicas are to have, such as 70:30 in any order, or with the names of pods or"
					+ " the beginnings of them, echo-v1=70:echo-v2=30; with --replicas.")
	private @Nullable String expected;

	@Option(names = "--tolerance", paramLabel = "POINTS",
			description = "How many points a share may differ from --expect. Default: 5")
	private @Nullable Double tolerance;

	@Option(names = "--affinity", description = "Expect that one replica answers every exchange; with --replicas.")
	private boolean affinity;

	/** Return whether replicas are counted. */
	boolean isWanted() {
		return this.wanted;
	}

	long count(@Nullable Long given, long otherwise) {
		return (given != null) ? given : this.wanted ? MANY : otherwise;
	}

	Duration interval(@Nullable Duration given, Duration otherwise) {
		return (given != null) ? given : this.wanted ? Duration.ZERO : otherwise;
	}

	/**
	 * Return the check of the replicas; null if they are not counted.
	 * @throws IllegalArgumentException if the options contradict each other
	 */
	@Nullable ReplicaCheck check() {
		String needless = (this.expected != null) ? "expect" : this.affinity ? "affinity" : null;
		if (!this.wanted && needless != null) {
			throw new IllegalArgumentException(needless + " needs replicas");
		}
		if (this.tolerance != null && this.expected == null) {
			throw new IllegalArgumentException("tolerance needs expect");
		}
		return !this.wanted ? null
				: new ReplicaCheck(
						new Expectation((this.expected != null) ? Expectation.parse(this.expected) : List.of(),
								(this.tolerance != null) ? this.tolerance : USUAL_TOLERANCE, this.affinity));
	}

}
