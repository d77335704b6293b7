package io.tcpecho.probe;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.nio.Failure;
import io.tcpecho.nio.NioClientConnection;
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
 * follow, and then outranks how it ended.
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

	private final ByteBuffer message;

	private final long dueAt;

	private final Completion completion;

	private final long startedAt = System.nanoTime();

	private @Nullable NioClientConnection connection;

	/** Tries once more, from where the system chooses; null if it has chosen. */
	private @Nullable Runnable systemsChoice;

	private long connectedAt;

	private long firstByteAt;

	private int sent;

	private int received;

	private boolean connected;

	/** Whether the connection was there before. */
	private boolean reused;

	private boolean finSent;

	private boolean early;

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
		this.message = ByteBuffer.wrap(message);
		this.dueAt = dueAt;
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
	 * @param local where from, null for the system's choice, which it also has if
	 * somebody else is there already
	 * @param deadline the {@link System#nanoTime()} by which it must be over
	 */
	public void start(InetSocketAddress peer, @Nullable InetSocketAddress local, long deadline) {
		this.systemsChoice = (local != null) ? () -> start(peer, null, deadline) : null;
		try {
			this.connection = NioClientConnection.open(this.loop, peer, local, this);
		}
		catch (IOException ex) {
			if (!startedElsewhere(ex)) {
				end(Verdict.LOCAL_ERROR, describe(ex));
			}
			return;
		}
		this.connection.deadline(deadline);
		this.connection.connect();
	}

	/** Start from where the system chooses, if somebody else is at the named place. */
	private boolean startedElsewhere(IOException failure) {
		Runnable choice = this.systemsChoice;
		if (choice == null || !(failure instanceof BindException)) {
			return false;
		}
		choice.run();
		return true;
	}

	/** Do it on a connection that an exchange before it has left open. */
	public void start(NioClientConnection open, long deadline) {
		this.connection = open;
		this.reused = true;
		open.handTo(this);
		open.deadline(deadline);
		connected();
	}

	// What happens on the wire

	@Override
	public void connected() {
		this.connected = true;
		this.connectedAt = System.nanoTime();
		NioClientConnection current = connection();
		current.read();
		current.write(this.message.array());
		if (this.plan.endedByFin() && this.plan.halfCloseDelay().isZero()) {
			current.finishOutput();
		}
		else if (isSent()) {
			messageSent();
		}
	}

	@Override
	public void written(int count) {
		this.sent += count;
		if (isSent()) {
			messageSent();
		}
	}

	private void messageSent() {
		if (!this.plan.endedByFin()) {
			replyMayBeComplete();
		}
		else if (!this.plan.halfCloseDelay().isZero()) {
			this.loop.schedule(this.plan.halfCloseDelay().toNanos(), connection()::finishOutput);
		}
	}

	@Override
	public void finSent() {
		this.finSent = true;
	}

	@Override
	public void received(ByteBuffer bytes) {
		if (this.ended) {
			return;
		}
		if (this.received == 0) {
			this.firstByteAt = System.nanoTime();
		}
		this.early |= this.plan.endedByFin() && !this.finSent;
		int count = Math.min(bytes.remaining(), this.message.capacity() - this.received);
		ByteBuffer expected = this.message.slice(this.received, count);
		int wrong = expected.mismatch(bytes.slice(bytes.position(), count));
		if (wrong >= 0) {
			this.received += wrong;
			end(Verdict.CORRUPT, String.format(Locale.ROOT, "offset %d: expected 0x%02x, got 0x%02x", this.received,
					expected.get(wrong), bytes.get(bytes.position() + wrong)));
			return;
		}
		this.received += count;
		if (bytes.remaining() > count) {
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
		if (this.early) {
			endEarly("FIN");
		}
		else if (!isMessageEnded()) {
			end(Verdict.EARLY_CLOSE, "FIN after " + this.sent + " of " + size() + " bytes sent, before ours");
		}
		else if (this.received < size()) {
			end((this.received == 0) ? Verdict.REPLY_LOST : Verdict.TRUNCATED, progress("FIN"));
		}
		else if (this.finSent) {
			end(Verdict.OK, "");
		}
		else {
			end(Verdict.EARLY_CLOSE, "FIN after the reply, before ours");
		}
	}

	@Override
	public void failed(Failure kind, IOException cause) {
		if (this.ended || startedElsewhere(cause)) {
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

	private void endInSilence() {
		if (!this.connected) {
			end(Verdict.CONNECT_TIMEOUT, "not connected");
		}
		else if (this.early) {
			endEarly("silence");
		}
		else if (!isSent()) {
			end(Verdict.SEND_STALLED, this.sent + " of " + size() + " bytes sent");
		}
		else {
			end((this.received == 0) ? Verdict.NO_REPLY : Verdict.STALLED, progress("silence"));
		}
	}

	private void endByReset() {
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
		this.ended = true;
		long now = System.nanoTime();
		NioClientConnection current = this.connection;
		NioClientConnection left = null;
		if (current != null && current.isOpen()) {
			if (verdict == Verdict.OK && !this.finSent) {
				left = current;
			}
			else if (verdict == Verdict.OK) {
				current.finish();
			}
			else {
				current.abort();
			}
		}
		this.completion.ended(
				new Result(this.seq, this.plan.size(), verdict, this.sent, this.received,
						(this.connected && !this.reused) ? this.connectedAt - this.startedAt : Result.NEVER,
						(this.received > 0) ? this.firstByteAt - this.dueAt : Result.NEVER, now - this.dueAt, detail),
				left);
	}

	private String progress(String end) {
		return end + " after " + this.received + " of " + size() + " bytes";
	}

	private int size() {
		return this.message.capacity();
	}

	private boolean isSent() {
		return this.sent == size();
	}

	private boolean isMessageEnded() {
		return this.plan.endedByFin() ? this.finSent : isSent();
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
	 * @param endedByFin whether our FIN ends the message
	 * @param keepOpen whether the connection stays open for the next exchange; not if our
	 * FIN ends the message
	 * @param halfCloseDelay the time from the last byte sent to FIN
	 */
	public record Plan(int size, boolean endedByFin, boolean keepOpen, Duration halfCloseDelay) {

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
