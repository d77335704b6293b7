package io.tcpecho.monitor;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.tcpecho.monitor.RowStatus.Failure;
import io.tcpecho.monitor.RowStatus.Outcome;
import io.tcpecho.monitor.RowStatus.State;
import io.tcpecho.probe.Passage;
import io.tcpecho.probe.Passage.Session;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import io.tcpecho.probe.diagnosis.Cause;
import io.tcpecho.probe.diagnosis.Diagnosis;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one peer of a target. The loop of the monitor changes it, and any
 * thread may ask for its {@link #status()}; its monitor guards all.
 *
 * <p>
 * Leaving: a replica that drains is taken out of the name's addresses, refuses new
 * connections and resets the rest, and a look-up tells some time later than the sockets
 * do. So a failure that can be that of a leaving replica is held back: the row shows it
 * at once, and it counts only once the name still has the address after the leave time,
 * or once the peer is OK again. If the name has dropped the address by then, the peer has
 * left, and there was no failure.
 */
final class Row {

	private static final int KEPT = 20;

	/** What a peer looks like that goes away, to others that still connect to it. */
	private static final Set<Verdict> OF_LEAVING = EnumSet.of(Verdict.REFUSED, Verdict.CONNECT_TIMEOUT,
			Verdict.UNREACHABLE, Verdict.RESET_WHILE_SENDING, Verdict.RESET_AFTER_FIN, Verdict.RESET_IN_REPLY,
			Verdict.EARLY_CLOSE, Verdict.TLS_CUT);

	/** More failures than this are not held back, at whatever rate they come. */
	private static final int MOST_HELD = 1_000;

	private final String peer;

	private final @Nullable InetSocketAddress address;

	private final boolean holdsBack;

	private final Counts counts;

	private final ArrayDeque<Result> last = new ArrayDeque<>();

	private final Durations durations = new Durations();

	/** The last verdict of each size, in the order of the sizes. */
	private final Map<Integer, Verdict> bySize = new TreeMap<>();

	/** The sizes of the exchanges that are under way. */
	private final Set<Integer> underWay = new TreeSet<>();

	private final List<Verdict> held = new ArrayList<>();

	/** When the first of the failures that are held back came. */
	private long heldSince;

	private State state = State.WATCHED;

	private long goneSince;

	private @Nullable String replica;

	private @Nullable Instant certificateExpiresAt;

	private @Nullable Verdict verdict;

	private @Nullable Instant since;

	private long exchanges;

	private long ok;

	private @Nullable Result lastFailure;

	/**
	 * Create a row without exchanges.
	 * @param peer what to call it
	 * @param address where to connect to; null if that is looked up each time
	 * @param holdsBack whether the peer may leave
	 * @param counts is told each exchange that counts
	 */
	Row(String peer, @Nullable InetSocketAddress address, boolean holdsBack, Counts counts) {
		this.peer = peer;
		this.address = address;
		this.holdsBack = holdsBack;
		this.counts = counts;
	}

	String peer() {
		return this.peer;
	}

	@Nullable InetSocketAddress address() {
		return this.address;
	}

	synchronized State state() {
		return this.state;
	}

	/** Return what the peer has called itself, null if it has not. */
	synchronized @Nullable String replica() {
		return this.replica;
	}

	/** Return whether an exchange may begin: none of this size is under way. */
	synchronized boolean begin(int size) {
		return this.state != State.GONE && this.underWay.add(size);
	}

	/**
	 * Take the result of an exchange into account.
	 * @param now the {@link System#nanoTime()}
	 */
	synchronized void end(Result result, long now) {
		this.underWay.remove(result.size());
		if (this.state == State.GONE) {
			return;
		}
		this.exchanges++;
		remember(result);
		if (this.holdsBack && OF_LEAVING.contains(result.verdict()) && mayLeave()) {
			if (this.held.isEmpty()) {
				this.heldSince = now;
			}
			this.state = State.LEAVING;
			this.held.add(result.verdict());
		}
		else {
			this.counts.count(result);
		}
		if (result.verdict() == Verdict.OK) {
			this.ok++;
			stay();
		}
		this.bySize.put(result.size(), result.verdict());
		Verdict present = this.bySize.values()
			.stream()
			.filter((each) -> each != Verdict.OK)
			.findFirst()
			.orElse(Verdict.OK);
		if (present != this.verdict) {
			this.verdict = present;
			this.since = result.evidence().route().beganAt();
		}
	}

	private boolean mayLeave() {
		return this.held.size() < MOST_HELD
				&& (this.state == State.LEAVING || this.ok > 0 && this.verdict == Verdict.OK);
	}

	private void remember(Result result) {
		if (this.last.size() == KEPT) {
			this.last.removeFirst();
		}
		this.last.addLast(result);
		if (result.verdict() == Verdict.OK) {
			this.durations.add(result.totalNanos());
		}
		else {
			this.lastFailure = result;
		}
		Passage passage = result.passage();
		if (passage != null && passage.replica() != null) {
			this.replica = passage.replica();
		}
		Session session = (passage != null) ? passage.session() : null;
		if (session != null && session.expiresAt() != null) {
			this.certificateExpiresAt = session.expiresAt();
			this.counts.certificate(session.expiresAt());
		}
	}

	/**
	 * The name still has the address.
	 * @param leaveTimeInNanos how long failures are held back
	 */
	synchronized void listed(long now, long leaveTimeInNanos) {
		if (this.state == State.GONE) {
			this.state = State.WATCHED;
			this.verdict = null;
			this.since = null;
			this.bySize.clear();
		}
		else if (this.state == State.LEAVING && now - this.heldSince >= leaveTimeInNanos) {
			stay();
		}
	}

	/** Count what was held back: the peer has not left. */
	private void stay() {
		this.held.forEach(this.counts::countHeld);
		this.held.clear();
		this.state = State.WATCHED;
	}

	/** The name has dropped the address, or no longer needs a row of its own. */
	synchronized void leave(long now) {
		if (this.state != State.GONE) {
			this.state = State.GONE;
			this.goneSince = now;
			this.held.clear();
		}
	}

	/** Return for how many nanoseconds the peer has been gone. */
	synchronized long goneFor(long now) {
		return now - this.goneSince;
	}

	/** Return what is known now, without the last failure. */
	synchronized RowStatus summary() {
		return new RowStatus(this.peer, this.replica, this.state, this.verdict, this.since, this.exchanges, this.ok,
				this.last.stream().map(Outcome::of).toList(), this.durations.percentiles(), this.certificateExpiresAt,
				null);
	}

	/** Return what is known now. The diagnosis is made outside the lock. */
	RowStatus status() {
		RowStatus status;
		List<Result> results;
		Result failure;
		synchronized (this) {
			status = summary();
			results = List.copyOf(this.last);
			failure = this.lastFailure;
		}
		return (failure == null) ? status : status.with(Failure.of(failure, cause(failure, results)));
	}

	/**
	 * Return the likeliest cause of a failure, in the light of the exchanges beside it.
	 */
	private static @Nullable Cause cause(Result failure, List<Result> results) {
		Diagnosis diagnosis = Diagnosis.of(results.contains(failure) ? results : List.of(failure));
		List<Cause> causes = diagnosis.byVerdict().getOrDefault(failure.verdict(), List.of());
		return causes.isEmpty() ? null : Objects.requireNonNull(causes.get(0));
	}

	/** Is told what counts, on the loop of the monitor. */
	interface Counts {

		/** An exchange has ended. */
		void count(Result result);

		/** An exchange that was held back has this verdict. */
		void countHeld(Verdict verdict);

		/** The peer has shown a certificate. */
		void certificate(Instant expiresAt);

	}

}
