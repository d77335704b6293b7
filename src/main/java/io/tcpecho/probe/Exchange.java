package io.tcpecho.probe;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.nio.Failure;
import io.tcpecho.nio.NioClientConnection;
import io.tcpecho.probe.Entry.Judgement;
import org.jspecify.annotations.Nullable;

/**
 * One exchange: connects, sends a message, half-closes, compares what comes back byte for
 * byte, and sees how the peer ends it. Ends in exactly one {@link Result}.
 *
 * <p>
 * Everything here runs on the event loop's thread.
 *
 * <p>
 * The order of verdicts: wrong bytes ({@code CORRUPT}, {@code EXTRA_BYTES}) end the
 * exchange at once. {@code EARLY_REPLY} is kept until the end, since wrong bytes may
 * follow, and then outranks how it ended. At the timeout {@code TOO_SLOW} outranks
 * {@code SEND_STALLED}, {@code NO_REPLY} and {@code STALLED}.
 *
 * <p>
 * Framings other than {@code eof} keep their connection: our FIN follows the reply
 * instead of the message. There "before our FIN" means before the whole message was
 * handed to the kernel, and no reply is early.
 */
public final class Exchange implements NioClientConnection.Protocol {

	private static final Duration SHORTEST_SWEEP_INTERVAL = Duration.ofMillis(2);

	private static final Duration LONGEST_SWEEP_INTERVAL = Duration.ofMillis(100);

	private final EventLoop loop;

	private final Plan plan;

	private final long seq;

	private final byte[] message;

	private final long dueAt;

	private final Completion completion;

	private long connectsFrom;

	private @Nullable NioClientConnection connection;

	/** The way in; null if nothing comes between the connect and the message. */
	private @Nullable Entry entry;

	/** Tries once more, from where the system chooses; null if it has chosen. */
	private @Nullable Runnable systemsChoice;

	private final Recorder recorder;

	/** How far it was when the last stretch before the timeout began. */
	private @Nullable Progress lastStretch;

	private @Nullable Motion motion;

	private long connectNanos = Result.NEVER;

	private int sent;

	private int received;

	/** Bytes of the message that were handed to the connection. */
	private int queued;

	private boolean early;

	/** Whether our own deadline has passed. */
	private boolean timeIsOver;

	private boolean ended;

	/**
	 * Prepare an exchange.
	 * @param loop the current loop
	 * @param plan what all exchanges of a run have in common
	 * @param seq its number
	 * @param message its bytes on the wire
	 * @param dueAt the {@link System#nanoTime()} from which its time is measured
	 * @param completion is told the result, perhaps before a method here has returned
	 */
	public Exchange(EventLoop loop, Plan plan, long seq, byte[] message, long dueAt, Completion completion) {
		this.loop = loop;
		this.plan = plan;
		this.seq = seq;
		this.message = message;
		this.dueAt = dueAt;
		this.recorder = new Recorder(dueAt);
		this.completion = completion;
	}

	/** Return how often a loop must look at deadlines, for a timeout to be met. */
	public static Duration sweepInterval(Duration timeout) {
		Duration fiftieth = timeout.dividedBy(50);
		return (fiftieth.compareTo(LONGEST_SWEEP_INTERVAL) > 0) ? LONGEST_SWEEP_INTERVAL
				: (fiftieth.compareTo(SHORTEST_SWEEP_INTERVAL) < 0) ? SHORTEST_SWEEP_INTERVAL : fiftieth;
	}

	/**
	 * Do it on a connection of its own.
	 * @param peer where to
	 * @param local where from, null for the system's choice, which it also has if another
	 * connection is there already
	 * @param deadline the {@link System#nanoTime()} by which it must be over
	 */
	public void start(InetSocketAddress peer, @Nullable InetSocketAddress local, long deadline) {
		this.systemsChoice = (local != null) ? () -> open(peer, null, deadline) : null;
		open(peer, local, deadline);
	}

	/**
	 * Do it on a connection of its own from one address and no other.
	 * @param peer where to
	 * @param local where from; port 0 for the system's choice
	 * @param deadline the {@link System#nanoTime()} by which it must be over
	 */
	public void startFrom(InetSocketAddress local, InetSocketAddress peer, long deadline) {
		open(peer, local, deadline);
	}

	private void open(InetSocketAddress peer, @Nullable InetSocketAddress local, long deadline) {
		this.recorder.to(peer);
		Way way = this.plan.way();
		this.entry = (way == null || way.isDirect()) ? null
				: new Entry(way, peer, () -> connection().localAddress(), this::begin, deadline);
		try {
			this.connection = NioClientConnection.open(this.loop, peer, local,
					(this.entry != null) ? this.entry.layers() : List.of(), this);
		}
		catch (IOException ex) {
			if (!startedElsewhere(ex)) {
				end(Verdict.LOCAL_ERROR, describe(ex));
			}
			return;
		}
		setDeadline(deadline);
		this.connection.attach(this.entry);
		this.connectsFrom = System.nanoTime();
		this.connection.connect();
	}

	/** Start from where the system chooses, if the named place is taken. */
	private boolean startedElsewhere(IOException failure) {
		Runnable choice = this.systemsChoice;
		this.systemsChoice = null;
		if (choice == null || !(failure instanceof BindException)) {
			return false;
		}
		choice.run();
		return true;
	}

	/** Do it on a connection that an exchange before it has left open. */
	public void start(NioClientConnection open, long deadline) {
		this.connection = open;
		this.entry = (Entry) open.attachment();
		open.handTo(this);
		setDeadline(deadline);
		this.recorder.connected(open, true);
		begin();
	}

	private void setDeadline(long deadline) {
		connection().deadline(deadline);
		if (this.plan.isDetailed()) {
			connection().alarm(deadline - Motion.stretch(this.plan.setup().timeout()).toNanos());
		}
	}

	// What happens on the wire

	@Override
	public void connected() {
		this.connectNanos = System.nanoTime() - this.connectsFrom;
		this.recorder.connected(connection(), false);
		if (this.entry != null) {
			this.entry.connected(this.loop);
			if (!this.entry.mayBegin()) {
				connection().read();
				return;
			}
		}
		begin();
	}

	private void begin() {
		NioClientConnection current = connection();
		if (this.plan.isDetailed()) {
			// One read more: an end that was there before our first byte is no answer.
			current.readBeforeWriting();
		}
		else {
			current.read();
		}
		long pause = this.plan.setup().pauseBefore().toNanos();
		if (pause > 0) {
			this.loop.schedule(pause, this::sendMessage);
		}
		else {
			sendMessage();
		}
	}

	private void sendMessage() {
		if (this.ended) {
			return;
		}
		if (this.plan.setup().pauseWithin().isZero()) {
			this.queued = size();
			connection().write(this.message);
		}
		else {
			this.queued = size() / 2;
			connection().write(Arrays.copyOf(this.message, this.queued));
		}
		if (!this.ended && this.plan.endedByFin() && this.plan.halfCloseDelay().isZero() && this.queued == size()) {
			connection().finishOutput();
		}
		else if (this.queued == 0) {
			queuedIsSent();
		}
	}

	private void sendSecondHalf() {
		if (!this.ended) {
			byte[] rest = Arrays.copyOfRange(this.message, this.queued, size());
			this.queued = size();
			connection().write(rest);
		}
	}

	@Override
	public void written(int count) {
		this.sent += count;
		this.recorder.sent();
		if (this.sent == this.queued) {
			queuedIsSent();
		}
	}

	private void queuedIsSent() {
		if (!isSent()) {
			this.loop.schedule(this.plan.setup().pauseWithin().toNanos(), this::sendSecondHalf);
		}
		else if (!this.plan.endedByFin()) {
			replyMayBeComplete();
		}
		else if (!this.plan.halfCloseDelay().isZero() || !this.plan.setup().pauseWithin().isZero()) {
			this.loop.schedule(this.plan.halfCloseDelay().toNanos(), connection()::finishOutput);
		}
	}

	@Override
	public void finSent() {
		this.recorder.finSent();
	}

	@Override
	public void received(ByteBuffer bytes) {
		if (this.ended) {
			return;
		}
		this.recorder.received();
		this.early |= this.plan.endedByFin() && !this.recorder.isFinSent();
		int count = Math.min(bytes.remaining(), size() - this.received);
		int wrong = Instead.firstWrong(bytes, this.message, this.received, count);
		if (wrong >= 0) {
			this.received += wrong;
			this.recorder.instead(Instead.behind(wrong, bytes, this.received, this.message));
			end(Verdict.CORRUPT, String.format(Locale.ROOT, "offset %d: expected 0x%02x, got 0x%02x", this.received,
					this.message[this.received], bytes.get(bytes.position() + wrong)));
			return;
		}
		this.received += count;
		if (bytes.remaining() > count) {
			this.recorder.instead(Instead.behind(count, bytes, this.received, this.message));
			end(Verdict.EXTRA_BYTES, (bytes.remaining() - count) + " bytes or more after all " + size());
			return;
		}
		replyMayBeComplete();
	}

	/** Half-close after the reply, or leave the connection to the next exchange. */
	private void replyMayBeComplete() {
		if (this.plan.endedByFin() || !isSent() || this.received < size()) {
			return;
		}
		if (this.plan.keepOpen()) {
			end(Verdict.OK, "");
		}
		else {
			connection().finishOutput();
		}
	}

	@Override
	public void finReceived() {
		if (this.ended) {
			return;
		}
		this.recorder.finReceived();
		if (this.early) {
			endEarly(fin());
		}
		else if (!isMessageEnded()) {
			end(Verdict.EARLY_CLOSE, fin() + " after " + this.sent + " of " + size() + " bytes sent, before ours");
		}
		else if (this.received < size()) {
			end((this.received == 0) ? Verdict.REPLY_LOST : Verdict.TRUNCATED, progress(fin()));
		}
		else if (!this.recorder.isFinSent()) {
			end(Verdict.EARLY_CLOSE, fin() + " after the reply, before ours");
		}
		else if (this.entry != null && this.entry.isCut()) {
			end(Verdict.NO_CLOSE_NOTIFY, progress(fin()));
		}
		else {
			end(Verdict.OK, "");
		}
	}

	@Override
	public void failed(Failure kind, IOException cause) {
		if (this.ended || startedElsewhere(cause)) {
			return;
		}
		Judgement judgement = (this.entry != null && this.recorder.isConnected()) ? this.entry.judge(kind, cause)
				: null;
		if (judgement != null) {
			this.recorder.failed(kind);
			end(judgement.verdict(), judgement.detail());
			return;
		}
		switch (kind) {
			case REFUSED -> end(Verdict.REFUSED, describe(cause));
			case UNREACHABLE -> end(Verdict.UNREACHABLE, describe(cause));
			case TIMEOUT -> endInSilence();
			case RESET -> endByReset();
			case LOCAL -> end(Verdict.LOCAL_ERROR, describe(cause));
		}
	}

	@Override
	public void alarm() {
		if (!this.ended && this.recorder.isConnected()) {
			this.lastStretch = this.recorder.progress(this.sent, this.received, this.recorder.kernelSocket());
		}
	}

	@Override
	public void timeIsOver() {
		this.timeIsOver = true;
		if (!this.ended && this.plan.isDetailed()) {
			this.recorder.askKernel();
		}
	}

	private void endInSilence() {
		this.recorder.timedOut();
		if (!this.recorder.isConnected()) {
			end(Verdict.CONNECT_TIMEOUT, "not connected");
			return;
		}
		Progress progress = this.recorder.progress(this.sent, this.received);
		// Nothing moves where the kernel has given up before our deadline.
		this.motion = !this.timeIsOver ? null
				: Motion.of(size(), Motion.stretch(this.plan.setup().timeout()), this.lastStretch, progress);
		if (this.early) {
			endEarly("silence");
		}
		else if (this.motion != null && this.motion.isMoving()) {
			end(Verdict.TOO_SLOW, this.motion.describe(size()));
		}
		else if (!isSent()) {
			end(Verdict.SEND_STALLED,
					this.sent + " of " + size() + " bytes sent" + (Evidence.isKnown(progress.acknowledged())
							? ", " + progress.acknowledged() + " acknowledged" : ""));
		}
		else {
			end((this.received == 0) ? Verdict.NO_REPLY : Verdict.STALLED, progress("silence"));
		}
	}

	private void endByReset() {
		this.recorder.reset();
		if (this.early) {
			endEarly("RST");
		}
		else if (!isMessageEnded()) {
			end(Verdict.RESET_WHILE_SENDING,
					"RST after " + this.sent + " of " + size() + " bytes sent, before our FIN");
		}
		else {
			end((this.received == 0) ? Verdict.RESET_AFTER_FIN : Verdict.RESET_IN_REPLY, progress("RST"));
		}
	}

	private void endEarly(String how) {
		end(Verdict.EARLY_REPLY, "bytes before our FIN; then " + progress(how));
	}

	private void end(Verdict verdict, String detail) {
		end((this.entry != null) ? this.entry.judge(verdict, detail) : new Judgement(verdict, detail));
	}

	private void end(Judgement judgement) {
		Verdict verdict = judgement.verdict();
		this.ended = true;
		long totalNanos = System.nanoTime() - this.dueAt;
		this.recorder.ended();
		NioClientConnection current = this.connection;
		NioClientConnection left = null;
		if (current != null && current.isOpen()) {
			if (verdict == Verdict.OK && !this.recorder.isFinSent()) {
				left = current;
			}
			else if (verdict == Verdict.OK) {
				current.finish();
			}
			else {
				if (this.plan.isDetailed()) {
					this.recorder.askKernel();
				}
				current.abort();
			}
		}
		if (verdict == Verdict.OK && left == null && !this.plan.resetWait().isZero()) {
			new ResetWatch(this.loop, this.recorder,
					() -> this.completion.ended(result(Verdict.OK, totalNanos, ""), null))
				.until(System.nanoTime() + this.plan.resetWait().toNanos());
		}
		else {
			this.completion.ended(result(verdict, totalNanos, judgement.detail()), left);
		}
	}

	private Result result(Verdict verdict, long totalNanos, String detail) {
		Evidence shared = this.plan.shared();
		Evidence evidence = (verdict == Verdict.OK && shared != null) ? shared
				: this.recorder.evidence(this.plan.setup(), this.sent, this.received, endsLine(), this.motion);
		return new Result(this.seq, this.plan.size(), verdict, this.sent, this.received, this.connectNanos,
				(this.received > 0) ? this.recorder.firstReceived() : Result.NEVER, totalNanos, detail, evidence,
				(this.entry != null && !this.recorder.isReused()) ? this.entry.passage() : null);
	}

	private boolean endsLine() {
		return this.received > 0 && this.message[this.received - 1] == '\n';
	}

	private String progress(String end) {
		return end + " after " + this.received + " of " + size() + " bytes";
	}

	/** Return what the peer's end of its stream was. */
	private String fin() {
		return (this.entry != null) ? this.entry.end() : "FIN";
	}

	private int size() {
		return this.message.length;
	}

	private boolean isSent() {
		return this.sent == size();
	}

	private boolean isMessageEnded() {
		return this.plan.endedByFin() ? this.recorder.isFinSent() : isSent();
	}

	private NioClientConnection connection() {
		NioClientConnection current = this.connection;
		if (current == null) {
			throw new IllegalStateException("Not started");
		}
		return current;
	}

	private static String describe(IOException cause) {
		String message = cause.getMessage();
		return (message != null) ? message : cause.getClass().getSimpleName();
	}

	/**
	 * What all exchanges of a run have in common.
	 *
	 * @param size payload bytes of each message
	 * @param keepOpen whether the connection stays open for the next exchange; not if our
	 * FIN ends the message
	 * @param setup how each message is sent
	 * @param resetWait how long to look for a RST after an exchange that is OK; 0 for not
	 * at all
	 * @param shared the evidence of each exchange that is OK, for a run that is too fast
	 * to take notes of each and to ask the kernel about those that fail; null if each has
	 * its own
	 * @param way what comes between the connect and the message; null for nothing
	 */
	public record Plan(int size, boolean keepOpen, Evidence.Setup setup, Duration resetWait, @Nullable Evidence shared,
			@Nullable Way way) {

		/** Create a plan of exchanges that each have their own evidence. */
		public Plan(int size, boolean keepOpen, Evidence.Setup setup) {
			this(size, keepOpen, setup, Duration.ZERO, null);
		}

		/** Create a plan of exchanges that go straight to their peer, in plain text. */
		public Plan(int size, boolean keepOpen, Evidence.Setup setup, Duration resetWait, @Nullable Evidence shared) {
			this(size, keepOpen, setup, resetWait, shared, null);
		}

		/** Return this plan with connections that enter the path on a way. */
		public Plan on(Way other) {
			return new Plan(this.size, this.keepOpen, this.setup, this.resetWait, this.shared, other);
		}

		/** Return whether each exchange is looked at as closely as can be. */
		boolean isDetailed() {
			return this.shared == null;
		}

		boolean endedByFin() {
			return this.setup.endedByFin();
		}

		Duration halfCloseDelay() {
			return this.setup.halfCloseDelay();
		}

	}

	/** Is told how an exchange ended. */
	public interface Completion {

		/**
		 * It ended.
		 * @param result what it showed
		 * @param open its connection, if that can be used for another
		 */
		void ended(Result result, @Nullable NioClientConnection open);

	}

}
