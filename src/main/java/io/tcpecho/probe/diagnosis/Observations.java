package io.tcpecho.probe.diagnosis;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.tcpecho.probe.Evidence.Setup;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What the exchanges of a run showed, in bounded memory: of those with the same verdict,
 * setup and address it counts all and keeps the first few. Not thread-safe.
 */
public final class Observations {

	private static final int KEPT_OF_A_GROUP = 16;

	private final Map<Verdict, List<Group>> groups = new EnumMap<>(Verdict.class);

	private @Nullable Group first;

	private final Map<Kind, Answer> answers = new EnumMap<>(Kind.class);

	/** Return what these results show. */
	public static Observations of(Iterable<Result> results) {
		Observations observations = new Observations();
		results.forEach(observations::add);
		return observations;
	}

	/** Take a result into account. */
	public void add(Result result) {
		group(result).add(result);
	}

	/** Take an answer to other first bytes into account; one that proves more counts. */
	public void add(Answer answer) {
		this.answers.merge(answer.kind(), answer, (one, other) -> one.proven() ? one : other);
	}

	/**
	 * Return the answer to the bytes that were to prove a cause; null if there is none.
	 */
	@Nullable Answer answer(Kind kind) {
		return this.answers.get(kind);
	}

	/** Take into account what another run has shown. */
	public void add(Observations other) {
		other.answers.values().forEach(this::add);
		other.groups().forEach((group) -> {
			Group mine = group(group.kept().get(0));
			mine.count += group.count;
			group.kept().stream().limit(KEPT_OF_A_GROUP - mine.kept.size()).forEach(mine.kept::add);
		});
	}

	private Group group(Result result) {
		Setup setup = result.evidence().setup();
		InetSocketAddress peer = result.evidence().route().peer();
		List<Group> sameVerdict = this.groups.computeIfAbsent(result.verdict(), (verdict) -> new ArrayList<>());
		for (Group group : sameVerdict) {
			if (group.setup.equals(setup) && group.isTo(peer)) {
				return group;
			}
		}
		Group group = new Group(result.verdict(), setup, peer);
		sameVerdict.add(group);
		this.first = (this.first != null) ? this.first : group;
		return group;
	}

	/**
	 * Return what is to be explained: an attempt with another framing, or by another way
	 * in, at the same address counts only for what its answer shows of the peer.
	 */
	Stream<Group> symptoms() {
		Group main = this.first;
		return groups().filter((group) -> main == null
				|| group.setup.framing().equals(main.setup.framing())
						&& group.setup.entrance().equals(main.setup.entrance())
				|| !group.isTo(main.peer)
				|| group.kept.stream().anyMatch((result) -> result.evidence().instead() != null));
	}

	Stream<Group> groups() {
		return this.groups.values().stream().flatMap(List::stream);
	}

	/** Return the results that were kept. */
	Stream<Result> results() {
		return groups().flatMap((group) -> group.kept.stream());
	}

	/** Exchanges with the same verdict, setup and address. */
	static final class Group {

		private final Verdict verdict;

		private final Setup setup;

		private final @Nullable InetSocketAddress peer;

		private final List<Result> kept = new ArrayList<>();

		private long count;

		private Group(Verdict verdict, Setup setup, @Nullable InetSocketAddress peer) {
			this.verdict = verdict;
			this.setup = setup;
			this.peer = peer;
		}

		private void add(Result result) {
			this.count++;
			if (this.kept.size() < KEPT_OF_A_GROUP) {
				this.kept.add(result);
			}
		}

		Verdict verdict() {
			return this.verdict;
		}

		Setup setup() {
			return this.setup;
		}

		@Nullable InetSocketAddress peer() {
			return this.peer;
		}

		/** Return whether they went to that address, as far as both are known. */
		boolean isTo(@Nullable InetSocketAddress other) {
			return other == this.peer || other == null || this.peer == null || other.equals(this.peer);
		}

		/** Return how many exchanges there were. */
		long count() {
			return this.count;
		}

		/** Return the first of them. */
		List<Result> kept() {
			return this.kept;
		}

		/** Return whether no byte moved for a while on purpose. */
		boolean isPaused() {
			return !(this.setup.halfCloseDelay().isZero() && this.setup.pauseBefore().isZero()
					&& this.setup.pauseWithin().isZero());
		}

	}

}
