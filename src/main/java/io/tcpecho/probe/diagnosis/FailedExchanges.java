package io.tcpecho.probe.diagnosis;

import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.tcpecho.probe.Evidence;
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
 * pause or all without one: what they themselves show.
 */
class FailedExchanges {

	/** What follows something within this time may be its answer. */
	static final long SOON_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

	/** No time limit is shorter. */
	static final long SHORTEST_LIMIT_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

	/** An alert before encryption has 7 bytes, and a hello has more than these. */
	private static final int LARGEST_ALERT_IN_BYTES = 40;

	/** The verdicts of exchanges that the peer has ended. */
	static final Set<Verdict> ENDED_BY_PEER = EnumSet.of(Verdict.EARLY_CLOSE, Verdict.RESET_WHILE_SENDING,
			Verdict.RESET_AFTER_FIN, Verdict.REPLY_LOST);

	private final Verdict verdict;

	private final List<Group> groups;

	FailedExchanges(List<Group> groups) {
		this.verdict = groups.get(0).verdict();
		this.groups = groups;
	}

	/** Return them by setup and address. */
	List<Group> groups() {
		return this.groups;
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

	/** Return those whose evidence was kept. */
	Stream<Result> results() {
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

	// What the kernel said at the end

	/**
	 * Return the unacknowledged bytes of a message, without our FIN: its acknowledgement
	 * travels with the reply and is lost with it. {@link Evidence#UNKNOWN} if nothing is
	 * known.
	 */
	long unacknowledged() {
		return each().mapToLong(FailedExchanges::unacknowledged).max().orElse(Evidence.UNKNOWN);
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
		return spread(FailedExchanges::sinceConnect);
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

	static long end(Evidence evidence) {
		return evidence.ending().isReset() ? evidence.times().peerReset() : evidence.times().peerFin();
	}

	static long sinceConnect(Evidence evidence) {
		return since(evidence.times().connected(), end(evidence));
	}

	static long since(long earlier, long later) {
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

}
