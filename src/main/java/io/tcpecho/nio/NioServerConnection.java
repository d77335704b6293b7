package io.tcpecho.nio;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.Outcome;
import io.tcpecho.connection.Phase;
import io.tcpecho.limits.ConnectionTimeouts;
import io.tcpecho.limits.MemoryAccount;
import io.tcpecho.payload.Payload;
import io.tcpecho.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * An accepted connection: reads messages, hands them to the gateway and writes the
 * replies, as far as the socket goes at the moment.
 *
 * <p>
 * A turn: output that is still to be written goes first, and nothing is read while it
 * waits (backpressure). Then bytes are read and decoded, at most
 * {@value MessageReader#MAX_BYTES_IN_A_TURN} bytes (a loop's buffer, where FIN ends the
 * only message) or {@value #MAX_MESSAGES_IN_A_TURN} messages, so that no connection holds
 * up another; then the replies are written together. At most one message is in service at
 * a time, which keeps replies in order.
 *
 * <p>
 * Ends: {@code finish}, after a complete reply or between messages, sends FIN; every
 * other end is a reset. A failure while earlier replies are owed is kept in
 * {@code failureOutcome} until they are delivered.
 */
public final class NioServerConnection implements LoopSocket.User, MemoryAccount.Holder, ServiceCall.Caller {

	static final int MAX_MESSAGES_IN_A_TURN = 16;

	private final Membership membership;

	private final ListenerContext context;

	private final ConnectionGateway gateway;

	private final EventLoop loop;

	private final LoopSocket socket;

	private final ConnectionTimeouts timeouts;

	private final MemoryAccount memory;

	private final MessageReader reader;

	private final ServiceCall service;

	private final ReplyQueue replies;

	private final LingeringClose lingering;

	/** Written by the loop only, as is what else is volatile here. */
	private volatile State state = State.READING;

	/** How the connection ends as soon as nothing is owed. */
	private volatile @Nullable Outcome endWhenIdle;

	/** The failure that RST will tell once the replies before it are written. */
	private @Nullable Outcome failureOutcome;

	/** How the connection has ended once its output has. */
	private @Nullable Outcome finishOutcome;

	/**
	 * Take over an accepted socket, on the loop's thread.
	 * @param owner is told what becomes of the connection
	 * @param gateway takes its messages
	 * @param id its name in logs and for operators
	 */
	public NioServerConnection(ConnectionOwner owner, ListenerContext context, ConnectionGateway gateway,
			EventLoop loop, SocketChannel channel, InetSocketAddress peer, String id) {
		this.context = context;
		this.gateway = gateway;
		this.loop = loop;
		ListenerOptions options = context.options();
		this.membership = new Membership(owner, options, id, peer);
		this.socket = new LoopSocket(loop, channel, peer, id, options.layers(), this);
		this.timeouts = options.timeouts();
		this.memory = new MemoryAccount(options.budget(), this);
		this.reader = new MessageReader(loop, this.socket, context.observer(), this.memory, options.deserializer());
		this.service = new ServiceCall(context.serviceGate(), gateway, loop, this, this.memory.chunks());
		this.replies = new ReplyQueue(loop, this.socket, context.observer(),
				this.reader.isSingleMessage() ? 1 : MAX_MESSAGES_IN_A_TURN);
		this.lingering = new LingeringClose(loop, this.socket, context.observer());
	}

	/**
	 * Begin: often the whole message is already there, and then the socket never has to
	 * be registered with the selector.
	 */
	public void begin() {
		this.socket.attempt(() -> {
			this.gateway.connectionOpened();
			this.replies.restart();
			this.socket.flush();
			turn();
		});
		if (this.socket.isOpen()) {
			this.socket.join();
		}
	}

	/** End as soon as nothing is owed; a connection for a single message just goes on. */
	public void drain() {
		this.endWhenIdle = Outcome.DRAINED;
		this.socket.continueTurn();
	}

	// Event loop callbacks

	@Override
	public void ready(int readyOps) throws IOException {
		if (this.state == State.DELIVERING) {
			reset(this.failureOutcome);
		}
		else if (!this.socket.isTurnPosted()) {
			// A second turn in one pass of the loop would be unfair to other connections.
			turn();
		}
	}

	@Override
	public void failed(Throwable cause) {
		this.gateway.connectionFailed(cause);
		if (cause instanceof WireException ex && ex.isFin()) {
			lingerBriefly(ex.outcome());
		}
		else if (cause instanceof WireException ex && (ex.isAfterDelivery() || this.state == State.FINISHING)) {
			awaitDelivery(ex.outcome());
			this.socket.continueTurn();
		}
		else if (cause instanceof WireException ex) {
			reset(ex.outcome());
		}
		else if (cause instanceof IOException) {
			reset(Outcome.RESET_BY_PEER);
		}
		else {
			this.membership.failed(cause);
			reset(Outcome.ERROR);
		}
	}

	@Override
	public void loopEnds() {
		boolean lingering = this.state == State.LINGERING;
		end(lingering ? this.finishOutcome : Outcome.DRAINED, lingering);
	}

	// A turn

	@Override
	public void turn() throws IOException {
		turn(this.endWhenIdle);
	}

	/** Take a turn, and end if nothing is owed and an outcome is given. */
	private void turn(@Nullable Outcome endIfIdle) throws IOException {
		switch (this.state) {
			case READING, AWAITING_MEMORY, IN_SERVICE, WRITING -> exchange(endIfIdle);
			case FINISHING -> continueFinish();
			case LINGERING -> endIf(this.lingering.discard(), this.finishOutcome, true);
			case DELIVERING, CLOSED -> {
				// Nothing is read or written any more.
			}
		}
		if (this.socket.isOpen()) {
			this.memory.releaseUnused();
			takeAnotherTurnIfNeeded();
			awaitEvents();
		}
	}

	private void exchange(@Nullable Outcome endIfIdle) throws IOException {
		// The end is decided only after a look at what has arrived, in the same turn.
		if (writeOut() || writeOut()) {
			readIn(endIfIdle != null);
			if (this.socket.isOpen() && writeOut()) {
				endIfNothingIsOwed(endIfIdle);
			}
		}
		else if (endIfIdle != null && !this.reader.isSingleMessage() && this.socket.isBeforeFirstByte()) {
			// A greeting waits for the peer's handshake; no message can have begun.
			finish(endIfIdle);
		}
		switch (this.state) {
			case READING, AWAITING_MEMORY, IN_SERVICE, WRITING -> enter(stateBetweenTurns());
			case DELIVERING, FINISHING, LINGERING, CLOSED -> {
				// The end has begun.
			}
		}
	}

	private State stateBetweenTurns() {
		return this.memory.isWaiting() ? State.AWAITING_MEMORY
				: this.socket.isBlocked() ? State.WRITING : this.service.isBusy() ? State.IN_SERVICE : State.READING;
	}

	private void enter(State next) {
		if (next != this.state) {
			this.state = next;
		}
	}

	/** Take another turn if no event will tell of bytes that were read already. */
	private void takeAnotherTurnIfNeeded() {
		boolean work = switch (this.state) {
			case READING -> mayServe() && (this.reader.hasWork() || this.socket.holdsInput());
			case LINGERING -> this.socket.holdsInput();
			case AWAITING_MEMORY, IN_SERVICE, WRITING, DELIVERING, FINISHING, CLOSED -> false;
		};
		if (work) {
			this.socket.postTurn();
		}
	}

	private void awaitEvents() throws IOException {
		// A half-closed socket is readable for ever.
		int unwanted = this.reader.isFinReceived() ? SelectionKey.OP_READ : 0;
		this.socket.interest(this.state.events() & ~unwanted);
	}

	// Reading

	/**
	 * Read, decode and serve until the socket is empty, something else has to happen
	 * first, or the turn's share is used up.
	 */
	private void readIn(boolean lookAgain) throws IOException {
		this.reader.beginTurn(lookAgain);
		try {
			long limit = this.reader.messages() + MAX_MESSAGES_IN_A_TURN;
			boolean more = true;
			while (more && mayServe() && this.reader.messages() < limit) {
				switch (this.reader.next()) {
					case MESSAGE -> serve(this.reader.take());
					case BROKEN -> this.failureOutcome = this.reader.failure();
					case NEEDS_MEMORY -> {
						// Replies that hold some have to be written first.
						if (this.replies.isEmpty()) {
							this.memory.await(this.reader.missingMemory(), this.loop.now());
						}
						more = false;
					}
					case NOTHING -> more = false;
				}
			}
		}
		finally {
			this.reader.endTurn();
		}
	}

	/** Return whether the next message may be read or served now. */
	private boolean mayServe() {
		return !this.service.isBusy() && !this.memory.isWaiting() && this.failureOutcome == null
				&& !this.reader.isDone();
	}

	@Override
	public void memoryGranted() {
		this.socket.post(() -> {
			if (this.socket.isOpen()) {
				// The server caused the wait, not the peer.
				this.reader.postpone(this.memory.useGrant(this.loop.refreshNow()));
				this.socket.continueTurn();
			}
		});
	}

	@Override
	public void memoryRecalled() {
		this.socket.post(() -> endIf(isWithPeer() || this.state == State.AWAITING_MEMORY, Outcome.OVERLOADED, false));
	}

	@Override
	public boolean isWithPeer() {
		return this.state == State.READING || this.state == State.WRITING;
	}

	@Override
	public long moved() {
		return this.socket.bytesIn() + this.socket.bytesOut();
	}

	@Override
	public long held() {
		return this.reader.held() + this.service.held() + this.replies.held() + this.socket.held();
	}

	// Serving

	private void serve(Payload message) {
		this.loop.refreshNow();
		this.context.observer().messageReceived(message.size());
		enter(State.IN_SERVICE);
		this.service.start(message, this.loop.now());
	}

	@Override
	public void serviceFailed(Throwable cause) {
		this.failureOutcome = Outcome.SERVICE_ERROR;
		this.membership.serviceFailed(cause);
	}

	@Override
	public void serviceReturned() {
		this.socket.continueTurn();
	}

	/**
	 * Queue the reply to the message in service; without effect once the connection is
	 * closed.
	 * @param payload a {@link Payload} or a {@code byte[]}; anything else fails the
	 * message
	 * @throws IllegalStateException if no message awaits a reply
	 */
	public void reply(@Nullable Object payload) {
		if (!this.socket.isOpen() || this.failureOutcome != null) {
			return;
		}
		if (!this.service.isBusy()) {
			throw new IllegalStateException("No message of " + this.membership.id() + " awaits a reply");
		}
		Object reply = this.service.end(payload);
		this.loop.refreshNow();
		if (reply != null && this.service.isOverdue(this.timeouts)) {
			this.failureOutcome = Outcome.SERVICE_TIMEOUT;
		}
		else if (reply != null) {
			this.replies.add(this.context.options().serializer(), reply, this.service.startedAt());
		}
	}

	// Writing

	/**
	 * Write the next slice.
	 * @return whether nothing is left to write
	 */
	private boolean writeOut() throws IOException {
		if (!this.socket.isWritten() && this.replies.write()) {
			this.reader.restartIdle();
		}
		return this.socket.isWritten();
	}

	// Deadlines

	@Override
	public void postpone(long nanos) {
		this.reader.postpone(nanos);
		this.replies.postpone(nanos);
		this.lingering.postpone(nanos);
	}

	/** Judge the deadline of the state. */
	@Override
	public void sweep() throws IOException {
		switch (this.state) {
			case READING -> judgeReading();
			case AWAITING_MEMORY -> judgeWaiting();
			case IN_SERVICE -> judgeService();
			case WRITING, FINISHING -> judgeWriting();
			case DELIVERING -> endIf(this.replies.isStalled(this.timeouts), this.failureOutcome, false);
			case LINGERING -> endIf(this.lingering.isOverdue(), this.finishOutcome, true);
			case CLOSED -> {
				// Nothing is waited for.
			}
		}
	}

	private void judgeReading() throws IOException {
		if (!this.reader.isOverdue(this.timeouts)) {
			return;
		}
		// Bytes that arrived during a pause of this process are in time.
		turn();
		Outcome overdue = (this.state == State.READING) ? this.reader.judge(this.timeouts) : null;
		if (overdue == Outcome.IDLE_TIMEOUT && !this.reader.isSingleMessage() && this.reader.isBetweenMessages()) {
			finish(Outcome.IDLE_TIMEOUT);
		}
		else if (overdue != null) {
			// Like any failure, it leaves the replies before it alone.
			awaitDelivery(overdue);
			turn();
		}
	}

	private void judgeWaiting() {
		if (this.memory.isOverdue()) {
			reset(Outcome.OVERLOADED);
		}
		else {
			this.memory.recallOthers();
		}
	}

	private void judgeService() throws IOException {
		if (this.service.isOverdue(this.timeouts)) {
			this.service.abandon();
			this.failureOutcome = Outcome.SERVICE_TIMEOUT;
			turn();
		}
	}

	private void judgeWriting() throws IOException {
		// OP_WRITE fires only once a third of the send buffer is free: a slow but steady
		// reader looks dead unless a write is tried.
		turn();
		boolean writing = this.state == State.WRITING || this.state == State.FINISHING;
		if (writing && this.replies.isOverdue(this.timeouts)) {
			this.socket.expire();
			reset(Outcome.WRITE_TIMEOUT);
		}
	}

	// The end

	/** End now if nothing is owed, and return whether it has ended; loop thread only. */
	public boolean endIfIdle(Outcome outcome) {
		this.socket.attempt(() -> turn(outcome));
		return !this.socket.isOpen();
	}

	private void endIfNothingIsOwed(@Nullable Outcome endIfIdle) throws IOException {
		if (this.service.isBusy() || this.memory.isWaiting()) {
			return;
		}
		if (this.failureOutcome != null) {
			awaitDelivery(this.failureOutcome);
		}
		else if (this.reader.hasWork()) {
			return;
		}
		else if (this.reader.isFinReceived()) {
			finish(!this.reader.isSingleMessage() ? Outcome.CLOSED_BY_PEER
					: this.reader.isDone() ? Outcome.REPLIED : Outcome.EMPTY);
		}
		else if (this.reader.isDone()) {
			finish(this.reader.isTruncating() ? Outcome.TRUNCATED : Outcome.REPLIED);
		}
		else if (endIfIdle != null && !this.reader.isSingleMessage() && this.reader.isBetweenMessages()) {
			finish(endIfIdle);
		}
	}

	/** Wait until the peer has taken the replies; then the failure resets it. */
	private void awaitDelivery(Outcome failure) {
		this.failureOutcome = failure;
		if (!this.socket.beginDelivery()) {
			reset(failure);
			return;
		}
		this.replies.restart();
		enter(State.DELIVERING);
	}

	/** End the output after its last byte: the wire's last words, then FIN. */
	private void finish(Outcome outcome) throws IOException {
		this.finishOutcome = outcome;
		this.replies.restart();
		enter(State.FINISHING);
		continueFinish();
	}

	private void continueFinish() throws IOException {
		boolean ended = this.socket.endOutput();
		if (ended && this.reader.isDone() && !this.reader.isFinReceived()) {
			this.lingering.begin();
			enter(State.LINGERING);
		}
		else if (ended) {
			end(this.finishOutcome, true);
		}
	}

	/** Send FIN because a layer of the wire says so, and do nothing else any more. */
	private void lingerBriefly(Outcome outcome) {
		try {
			this.finishOutcome = outcome;
			this.socket.leaveOutLayers();
			this.lingering.beginBriefly();
			enter(State.LINGERING);
			this.socket.interest(this.state.events());
		}
		catch (IOException ex) {
			reset(outcome);
		}
	}

	/** Close with RST. */
	public void reset(@Nullable Outcome outcome) {
		end(outcome, false);
	}

	private void endIf(boolean condition, @Nullable Outcome outcome, boolean fin) {
		if (condition) {
			end(outcome, fin);
		}
	}

	/** Close with FIN or RST; the one place that gives back everything. */
	private void end(@Nullable Outcome outcome, boolean fin) {
		if (!this.socket.isOpen()) {
			return;
		}
		if (fin) {
			this.socket.disarmReset();
		}
		this.socket.close();
		enter(State.CLOSED);
		this.memory.close();
		this.reader.close();
		this.membership.end(this.socket, this.reader.messages(), this.loop.now(),
				this.socket.outcome((outcome != null) ? outcome : Outcome.ERROR), fin);
		this.service.close();
	}

	// Its parts and its data

	@Override
	public void peerNamed(InetSocketAddress client) throws WireException {
		this.membership.peerNamed(client);
	}

	/** Return its socket, for its counters and addresses. */
	public LoopSocket socket() {
		return this.socket;
	}

	/** Return what it is doing; any thread. */
	public Phase phase() {
		return this.state.phase();
	}

	/** Return whether it ends as soon as nothing is owed. */
	public boolean isEnding() {
		return this.endWhenIdle != null;
	}

	/** Return how many complete messages it has read; any thread. */
	public long messages() {
		return this.reader.messages();
	}

	/** Return how it ended, null while it is open; loop thread only. */
	public @Nullable ConnectionSummary summary() {
		return this.membership.summary();
	}

}
