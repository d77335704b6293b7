package io.tcpecho.probe.diagnosis;

import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.tcpecho.probe.Evidence;
import io.tcpecho.probe.Evidence.Ending;
import io.tcpecho.probe.Evidence.Times;
import io.tcpecho.probe.Instead;
import io.tcpecho.probe.Passage;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import io.tcpecho.probe.diagnosis.Observations.Group;
import io.tcpecho.text.Amounts;
import io.tcpecho.tls.TlsFailure;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges of one run that ended in the same verdict in the same framing, all with a
 * pause or all without one, beside everything else that the run showed. Rules ask it.
 */
final class Symptom {

	/** What follows something within this time may be its answer. */
	static final long SOON_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

	/** No time limit is shorter. */
	static final long SHORTEST_LIMIT_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

	/** An alert before encryption has 7 bytes, and a hello has more than these. */
	private static final int LARGEST_ALERT_IN_BYTES = 40;

	private static final Set<Verdict> ENDED_BY_PEER = EnumSet.of(Verdict.EARLY_CLOSE, Verdict.RESET_WHILE_SENDING,
			Verdict.RESET_AFTER_FIN, Verdict.REPLY_LOST);

	private final Verdict verdict;

	private final List<Group> groups;

	private final Observations all;

	Symptom(List<Group> groups, Observations all) {
		this.verdict = groups.get(0).verdict();
		this.groups = groups;
		this.all = all;
	}

	Verdict verdict() {
		return this.verdict;
	}

	boolean is(Verdict... verdicts) {
		return List.of(verdicts).contains(this.verdict);
	}

	/** Return the first of the exchanges. */
	Evidence first() {
		return this.groups.get(0).kept().get(0).evidence();
	}

	private Stream<Result> results() {
		return this.groups.stream().flatMap((group) -> group.kept().stream());
	}

	private Stream<Evidence> each() {
		return results().map(Result::evidence);
	}

	boolean isEndedByFin() {
		return first().setup().endedByFin();
	}

	boolean isPaused() {
		return this.groups.get(0).isPaused();
	}

	/** Return whether our FIN went out in all of the exchanges. */
	boolean isFinSent() {
		return each().allMatch(Evidence::isFinSent)
				|| is(Verdict.RESET_AFTER_FIN, Verdict.REPLY_LOST, Verdict.TRUNCATED, Verdict.NO_REPLY)
						&& isEndedByFin();
	}

	/** Return how many exchanges there were. */
	long count() {
		return this.groups.stream().mapToLong(Group::count).sum();
	}

	String framing() {
		return first().setup().framing();
	}

	/** Return the bytes of the largest message on the wire. */
	int largestMessage() {
		return this.groups.stream().mapToInt((group) -> group.setup().messageSize()).max().orElse(0);
	}

	/** Return the bytes of the smallest message on the wire. */
	int smallestMessage() {
		return this.groups.stream().mapToInt((group) -> group.setup().messageSize()).min().orElse(0);
	}

	/** Return the most right bytes that came back in one of the exchanges. */
	long received() {
		return results().mapToLong(Result::bytesReceived).max().orElse(0);
	}

	/**
	 * Return whether the part of the reply that came ends with a line feed, each time.
	 */
	boolean endsInLines() {
		return each().allMatch((evidence) -> evidence.traffic().endsLine());
	}

	/** Return whether every right byte came back in each of the exchanges. */
	boolean isReplyWhole() {
		return results().allMatch((result) -> result.bytesReceived() == result.evidence().setup().messageSize());
	}

	/** Return whether the peer ended each of the exchanges without a byte. */
	boolean isEndedUnanswered() {
		return ENDED_BY_PEER.contains(this.verdict) && received() == 0;
	}

	boolean isBeforeFirstByte() {
		return each()
			.anyMatch((evidence) -> evidence.ending().isBeforeFirstByte() && evidence.setup().pauseBefore().isZero());
	}

	@Nullable Instead instead() {
		return each().map(Evidence::instead).filter(Objects::nonNull).findFirst().orElse(null);
	}

	// The way in

	/** Return what happened, in the words of the first of the exchanges. */
	String detail() {
		return this.groups.get(0).kept().get(0).detail();
	}

	/** Return whether TLS was spoken. */
	boolean isTls() {
		return first().setup().isTls();
	}

	/** Return whether a PROXY header was sent. */
	boolean hasProxyHeader() {
		return first().setup().hasProxyHeader();
	}

	/** Return the first failure of TLS; null if there was none. */
	@Nullable TlsFailure tlsFailure() {
		return results().map(Result::passage)
			.filter(Objects::nonNull)
			.map(Passage::failure)
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	/** Return whether a handshake of TLS has finished on this side. */
	boolean isSecured() {
		return results().map(Result::passage).anyMatch((passage) -> passage != null && passage.session() != null);
	}

	/**
	 * Return whether more than an alert came: the peer has chosen version and cipher
	 * suite.
	 */
	boolean isHelloAnswered() {
		return results().map(Result::passage)
			.anyMatch((passage) -> passage != null && passage.tlsReceived() > LARGEST_ALERT_IN_BYTES);
	}

	/** Return whether an exchange without TLS was OK at the same address. */
	boolean isPlainOk() {
		return this.all.groups()
			.anyMatch((group) -> group.verdict() == Verdict.OK && !group.setup().isTls()
					&& group.isTo(this.groups.get(0).peer()));
	}

	// What the kernel said at the end

	/**
	 * Return the unacknowledged bytes of a message, without our FIN: its acknowledgement
	 * travels with the reply and is lost with it. {@link Evidence#UNKNOWN} if nothing is
	 * known.
	 */
	long unacknowledged() {
		return each().mapToLong(Symptom::unacknowledged).max().orElse(Evidence.UNKNOWN);
	}

	private static long unacknowledged(Evidence evidence) {
		long bytes = evidence.traffic().unacknowledged();
		return (bytes > 0 && evidence.isFinSent()) ? bytes - 1 : bytes;
	}

	/** Return whether the kernel sent bytes again and got no acknowledgement. */
	boolean isRetransmitting() {
		return unacknowledged() > 0 && retransmissions() > 0;
	}

	/**
	 * Return whether the peer acknowledged a part, the rest waits, and the kernel sent
	 * none again: the receiver's window is closed. Every window has room for a first
	 * part, so that a message of which nothing was acknowledged shows no closed window.
	 */
	boolean isWindowClosed() {
		return !isRetransmitting() && each().map(Evidence::traffic)
			.anyMatch((traffic) -> traffic.unacknowledged() > 1 && traffic.retransmissions() == 0
					&& traffic.sent() > traffic.unacknowledged());
	}

	boolean isAllAcknowledged() {
		return unacknowledged() == 0;
	}

	long retransmissions() {
		return each().mapToLong((evidence) -> evidence.traffic().retransmissions()).max().orElse(Evidence.UNKNOWN);
	}

	/** Return the most bytes of a message that the peer acknowledged; 0 if unknown. */
	long acknowledged() {
		return each().filter((evidence) -> Evidence.isKnown(evidence.traffic().unacknowledged()))
			.mapToLong((evidence) -> evidence.traffic().sent() - evidence.traffic().unacknowledged())
			.max()
			.orElse(0);
	}

	String kernel() {
		return unacknowledged() + " bytes were unacknowledged at the end, and were sent again "
				+ Amounts.count(retransmissions(), "time");
	}

	// Times

	private Spread spread(ToLongFunction<Evidence> time) {
		return Spread.of(each().mapToLong(time));
	}

	/** Return the times from our FIN to the end by the peer. */
	Spread sinceFin() {
		return spread((evidence) -> since(evidence.times().finSent(), end(evidence)));
	}

	/** Return the times from the connect to the end by the peer. */
	Spread sinceConnect() {
		return spread(Symptom::sinceConnect);
	}

	/** Return the times without a byte until the end by the peer. */
	Spread quiet() {
		return spread((evidence) -> {
			Times times = evidence.times();
			long last = LongStream.of(times.connected(), times.lastSent(), times.finSent(), times.lastReceived())
				.max()
				.orElse(Evidence.UNKNOWN);
			return since(last, end(evidence));
		});
	}

	/** Return the longest pause that the exchanges made on purpose, in nanoseconds. */
	long pause() {
		return each().map(Evidence::setup)
			.flatMap((setup) -> Stream.of(setup.halfCloseDelay(), setup.pauseBefore(), setup.pauseWithin()))
			.mapToLong((pause) -> pause.toNanos())
			.max()
			.orElse(0);
	}

	private static long end(Evidence evidence) {
		return evidence.ending().isReset() ? evidence.times().peerReset() : evidence.times().peerFin();
	}

	private static long sinceConnect(Evidence evidence) {
		return since(evidence.times().connected(), end(evidence));
	}

	private static long since(long earlier, long later) {
		return (earlier < 0 || later < 0) ? Evidence.UNKNOWN : Math.max(0, later - earlier);
	}

	/** Return how the peer ended the first of the exchanges, with its time. */
	String how() {
		Evidence evidence = first();
		String what = (evidence.ending().isReset()
				|| is(Verdict.RESET_AFTER_FIN, Verdict.RESET_WHILE_SENDING, Verdict.RESET_IN_REPLY)) ? "RST came"
						: "FIN came";
		if (evidence.ending().isBeforeFirstByte()) {
			return what + after(sinceConnect(), "the connect") + ", before our first byte went";
		}
		if (evidence.isFinSent()) {
			return what + after(sinceFin(), "our FIN") + progress();
		}
		return what + after(sinceConnect(), "the connect") + (isEndedByFin() ? ", before our FIN" : "") + progress();
	}

	private static String after(Spread time, String event) {
		return time.isKnown() ? " " + time + " after " + event : "";
	}

	/** Return how much of the reply had come. */
	String progress() {
		return ", with " + Math.max(0, received()) + " of " + largestMessage() + " bytes of the reply";
	}

	// What else the run showed

	/** Return whether a group is of the same framing and address. */
	private boolean isAlike(Group group) {
		return group.setup().framing().equals(framing()) && isBySameEntrance(group)
				&& group.isTo(this.groups.get(0).peer());
	}

	private boolean isBySameEntrance(Group group) {
		return group.setup().entrance().equals(first().setup().entrance());
	}

	/** Return the OK exchanges of the same framing, address and of no other setup. */
	long okOfSameSetup() {
		return this.all.groups()
			.filter((group) -> group.verdict() == Verdict.OK && isAlike(group)
					&& this.groups.stream().anyMatch((mine) -> mine.setup().equals(group.setup())))
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
					&& group.isTo(this.groups.get(0).peer()))
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
						&& group.setup().equals(this.groups.get(0).setup())));
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
		InetSocketAddress mine = this.groups.get(0).peer();
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
					&& this.groups.stream().anyMatch((mine) -> mine.setup().equals(group.setup())))
			.mapToLong(Group::count)
			.sum();
	}

}
