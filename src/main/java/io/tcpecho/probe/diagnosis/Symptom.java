package io.tcpecho.probe.diagnosis;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.tcpecho.probe.Evidence;
import io.tcpecho.probe.Evidence.Ending;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import io.tcpecho.probe.diagnosis.Observations.Group;
import org.jspecify.annotations.Nullable;

/**
 * Failed exchanges beside everything else that the run showed. Rules ask it.
 */
final class Symptom extends FailedExchanges {

	private final Observations all;

	Symptom(List<Group> groups, Observations all) {
		super(groups);
		this.all = all;
	}

	/** Return whether an exchange without TLS was OK at the same address. */
	boolean isPlainOk() {
		return this.all.groups()
			.anyMatch((group) -> group.verdict() == Verdict.OK && !group.setup().isTls()
					&& group.isTo(groups().get(0).peer()));
	}

	/** Return whether a group is of the same framing and address. */
	private boolean isAlike(Group group) {
		return group.setup().framing().equals(framing()) && isBySameEntrance(group)
				&& group.isTo(groups().get(0).peer());
	}

	private boolean isBySameEntrance(Group group) {
		return group.setup().entrance().equals(first().setup().entrance());
	}

	/** Return the OK exchanges of the same framing, address and of no other setup. */
	long okOfSameSetup() {
		return this.all.groups()
			.filter((group) -> group.verdict() == Verdict.OK && isAlike(group)
					&& groups().stream().anyMatch((mine) -> mine.setup().equals(group.setup())))
			.mapToLong(Group::count)
			.sum();
	}

	/**
	 * Return the answer to the bytes that were to prove a cause; null if there is none.
	 */
	@Nullable Answer answer(Kind kind) {
		return this.all.answer(kind);
	}

	/** Return whether an exchange of the same framing and address had that verdict. */
	boolean isBeside(Verdict other) {
		return this.all.groups().anyMatch((group) -> group.verdict() == other && isAlike(group));
	}

	/** Return whether exchanges without a pause fail in the same way or another. */
	boolean isBrokenWithoutPause() {
		return this.all.groups()
			.anyMatch((group) -> group.verdict() != Verdict.OK && isAlike(group) && !group.isPaused());
	}

	/**
	 * Return the longest time for which the peer kept a connection without a byte, and
	 * then ended it when our first byte came, in nanoseconds; 0 if it never did.
	 */
	long waitedForFirstByte() {
		return this.all.groups()
			.filter((group) -> isAlike(group) && !group.setup().pauseBefore().isZero())
			.flatMap((group) -> group.kept().stream())
			.map(Result::evidence)
			.filter((evidence) -> Evidence.isKnown(evidence.times().firstSent())
					&& !evidence.ending().isBeforeFirstByte() && Evidence.isKnown(sinceConnect(evidence)))
			.mapToLong((evidence) -> evidence.setup().pauseBefore().toNanos())
			.max()
			.orElse(0);
	}

	/**
	 * Return whether the peer ends a connection because our first bytes came: it keeps
	 * one for longer without a byte than one with bytes, and does not wait for our FIN.
	 */
	boolean isEndedByOurBytes() {
		Spread unpaused = Spread.of(endedEarly().filter((evidence) -> evidence.setup().pauseBefore().isZero())
			.mapToLong(Symptom::sinceConnect));
		return unpaused.isKnown() && waitedForFirstByte() > 2 * unpaused.shortest();
	}

	/**
	 * Return exchanges that the peer ended without a byte, before our FIN if it has one.
	 */
	private Stream<Evidence> endedEarly() {
		return this.all.groups()
			.filter((group) -> isAlike(group) && ENDED_BY_PEER.contains(group.verdict()))
			.flatMap((group) -> group.kept().stream())
			.filter((result) -> result.bytesReceived() == 0)
			.map(Result::evidence)
			.filter((evidence) -> !evidence.setup().endedByFin() || !evidence.isFinSent());
	}

	/** Return whether a whole reply came before our FIN. */
	private boolean isEchoAtOnce() {
		return this.all.groups()
			.filter((group) -> group.verdict() == Verdict.EARLY_REPLY && isAlike(group))
			.flatMap((group) -> group.kept().stream())
			.anyMatch((result) -> result.bytesReceived() == result.evidence().setup().messageSize());
	}

	/**
	 * Return the framing that the listener has: the only one that was OK at the same
	 * address and port; empty if there is none. A server that echoes at once suits all.
	 */
	String framingOfListener() {
		List<String> ok = this.all.groups()
			.filter((group) -> group.verdict() == Verdict.OK && isBySameEntrance(group)
					&& group.isTo(groups().get(0).peer()))
			.map((group) -> group.setup().framing())
			.distinct()
			.toList();
		return (ok.size() == 1 && !ok.contains(framing()) && !isEchoAtOnce()) ? ok.get(0) : "";
	}

	/** Return how many exchanges of the same framing and address were OK. */
	long ok() {
		return ok((group) -> true);
	}

	long ok(Predicate<Group> condition) {
		return this.all.groups()
			.filter((group) -> group.verdict() == Verdict.OK && isAlike(group) && condition.test(group))
			.mapToLong(Group::count)
			.sum();
	}

	/** Return whether a right byte ever came from that address in that framing. */
	boolean isEverAnswered() {
		return this.all.groups()
			.filter(this::isAlike)
			.flatMap((group) -> group.kept().stream())
			.anyMatch((result) -> result.bytesReceived() > 0 || result.verdict() == Verdict.OK);
	}

	/**
	 * Return the bytes of the largest message that was OK, if all smaller ones were, too,
	 * and all larger ones failed alike; -1 otherwise.
	 */
	long passingUpTo() {
		long largestOk = this.all.groups()
			.filter((group) -> group.verdict() == Verdict.OK && isAlike(group) && !group.isPaused())
			.mapToLong((group) -> group.setup().messageSize())
			.max()
			.orElse(-1);
		boolean clean = this.all.groups()
			.filter((group) -> group.verdict() != Verdict.OK && isAlike(group) && !group.isPaused())
			.allMatch((group) -> group.setup().messageSize() > largestOk);
		return clean ? largestOk : -1;
	}

	/** Return whether the same exchange ends by FIN at times and by RST at others. */
	boolean isFinOrResetByChance() {
		return Stream.of(Verdict.REPLY_LOST, Verdict.RESET_AFTER_FIN)
			.allMatch((one) -> this.all.groups()
				.anyMatch((group) -> group.verdict() == one && isAlike(group)
						&& group.setup().equals(groups().get(0).setup())));
	}

	/** Return whether another exchange with the same address was connected. */
	boolean isEverConnected() {
		return connected().findAny().isPresent();
	}

	/** Return whether every exchange that was connected came before all of these. */
	boolean isAfterAllConnected() {
		long first = results().mapToLong(Result::seq).min().orElse(0);
		return isEverConnected() && connected().allMatch((result) -> result.seq() < first);
	}

	private Stream<Result> connected() {
		return this.all.groups()
			.filter((group) -> isAlike(group))
			.flatMap((group) -> group.kept().stream())
			.filter((result) -> result.evidence().ending() != Ending.NO_CONNECTION);
	}

	private Stream<Evidence> endedUnanswered() {
		return this.all.groups()
			.filter((group) -> isAlike(group) && group.setup().endedByFin() && ENDED_BY_PEER.contains(group.verdict()))
			.flatMap((group) -> group.kept().stream())
			.filter((result) -> result.bytesReceived() == 0)
			.map(Result::evidence);
	}

	/**
	 * Return whether exchanges with half-closes at different times were each ended by the
	 * peer after the same time from our FIN.
	 */
	boolean tracksOurFin() {
		Spread fin = Spread.of(endedUnanswered().filter(Evidence::isFinSent)
			.mapToLong((evidence) -> since(evidence.times().connected(), evidence.times().finSent())));
		return fin.count() == endedUnanswered().count() && fin.longest() - fin.shortest() >= SOON_IN_NANOS
				&& (endsAfterOurFin().isConstant() || endsAfterOurFin().isBelow(SOON_IN_NANOS));
	}

	/** Return whether that time is so short that the end is an answer to our FIN. */
	boolean followsOurFin() {
		return tracksOurFin() && endsAfterOurFin().isBelow(SOON_IN_NANOS);
	}

	private Spread endsAfterOurFin() {
		return Spread.of(endedUnanswered().mapToLong((evidence) -> since(evidence.times().finSent(), end(evidence))));
	}

	/**
	 * Return whether the peer kept a connection for at least so long without our FIN.
	 * @param nanos the time from the connect to our FIN
	 */
	boolean hasWaitedForOurFin(long nanos) {
		return endedUnanswered()
			.anyMatch((evidence) -> since(evidence.times().connected(), evidence.times().finSent()) >= nanos);
	}

	/**
	 * Return when the peer ended a connection before our FIN, in nanoseconds since the
	 * connect: none if it never did.
	 */
	Spread endsBeforeOurFin() {
		return Spread
			.of(endedUnanswered().filter((evidence) -> !evidence.isFinSent()).mapToLong(Symptom::sinceConnect));
	}

	/**
	 * Return the times from the connect to the end by the peer, whenever our FIN went.
	 */
	Spread endsWheneverOurFinGoes() {
		return Spread.of(endedUnanswered().mapToLong(Symptom::sinceConnect));
	}

	/** Return the longest time of an OK exchange from the connect to the end. */
	long longestOk() {
		return this.all.groups()
			.filter((group) -> group.verdict() == Verdict.OK && isAlike(group))
			.flatMap((group) -> group.kept().stream())
			.mapToLong((result) -> since(result.evidence().times().connected(), result.evidence().times().ended()))
			.max()
			.orElse(Evidence.UNKNOWN);
	}

	/** Return the longest pause of an OK exchange, in nanoseconds. */
	long longestOkPause() {
		return this.all.groups()
			.filter((group) -> group.verdict() == Verdict.OK && isAlike(group) && group.isPaused())
			.map((group) -> new Symptom(List.of(group), this.all).pause())
			.max(Long::compare)
			.orElse(0L);
	}

	/** Return whether another framing was OK at another port of the same host. */
	boolean isOtherFramingOk() {
		return this.all.groups()
			.anyMatch((group) -> group.verdict() == Verdict.OK && !group.setup().framing().equals(framing()));
	}

	/** Return the addresses that were OK, if this one never was. */
	List<InetSocketAddress> okElsewhere() {
		if (ok() > 0) {
			return List.of();
		}
		InetSocketAddress mine = groups().get(0).peer();
		return this.all.groups()
			.filter((group) -> group.verdict() == Verdict.OK && group.setup().framing().equals(framing()))
			.map(Group::peer)
			.filter(Objects::nonNull)
			.filter((peer) -> mine != null && peer.getPort() == mine.getPort()
					&& !Objects.equals(peer.getAddress(), mine.getAddress()))
			.distinct()
			.toList();
	}

	/** Return the exchanges of the same setup and address, with any verdict. */
	long countOfSameSetup() {
		return this.all.groups()
			.filter((group) -> isAlike(group)
					&& groups().stream().anyMatch((mine) -> mine.setup().equals(group.setup())))
			.mapToLong(Group::count)
			.sum();
	}

}
