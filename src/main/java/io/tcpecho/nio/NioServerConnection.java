package io.tcpecho.nio;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

import io.tcpecho.connection.ConnectionSnapshot;
import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.OpenConnection;
import io.tcpecho.connection.Outcome;
import org.jspecify.annotations.Nullable;

import org.springframework.integration.ip.IpHeaders;
import org.springframework.integration.ip.tcp.connection.TcpListener;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;

/**
 * An accepted connection: reads messages, hands them to the gateway and writes the
 * replies, as far as the socket goes at the moment.
 *
 * <p>
 * A turn: what is still to be written goes first, and nothing is read while it waits
 * (backpressure). Then bytes are read and decoded, at most
 * {@value MessageReader#MAX_BYTES_IN_A_TURN} bytes (a loop's buffer, where FIN ends the
 * only message) or {@value #MAX_MESSAGES_IN_A_TURN} messages, so that no connection holds
 * up another; then the replies are written together. At most one message is in service at
 * a time, which keeps replies in order.
 *
 * <p>
 * States: what a connection waits for between two turns, and the ways from one to the
 * next. Every state but CLOSED also leads to CLOSED, by a reset.
 *
 * <pre>
 *              +--- no memory ---> AWAITING_MEMORY --- granted ---+
 *              |                                                  |
 *   accept -> READING <-------------------------------------------+
 *              |  ^  ^
 *       message|  |  +-- all written ------- WRITING &lt;-- replies that the peer has not taken
 *              v  |                            |
 *         IN_SERVICE -- reply ---------------->+
 *
 *   A failure behind replies that the peer has not got yet:   -> DELIVERING -> CLOSED, RST
 *   The last reply is written, or FIN came between messages:  -> FINISHING  -> CLOSED, FIN
 *   The reply was cut at the limit, and more may come:        -> FINISHING  -> LINGERING -> CLOSED, FIN
 * </pre>
 *
 * <p>
 * Ends: {@link #finish}, after a complete reply or between messages, sends FIN; all else
 * resets. A failure while earlier replies are owed is kept in {@code failureOutcome}
 * until they are delivered.
 */
public final class NioServerConnection extends NioConnection implements OpenConnection {

	static final int MAX_MESSAGES_IN_A_TURN = 16;

	/**
	 * One instant on both clocks. Wall-clock times are derived from it, so the time at
	 * which a connection was opened does not move when the system clock is set.
	 */
	private static final Instant STARTED = Instant.now();

	private static final long STARTED_NANOS = System.nanoTime();

	private final NioServerConnectionFactory factory;

	private final EventLoop loop;

	private final ConnectionTimeouts timeouts;

	private final boolean singleMessage;

	private final MemoryAccount memory;

	private final MessageReader reader;

	private final ServiceCall service;

	private final ReplyQueue replies;

	/** Written by the loop only. */
	private volatile State state = State.READING;

	/** Whether another turn is posted. */
	private boolean turnPosted;

	/** Whether reading waits until the replies that hold the memory are written. */
	private boolean memoryNeedsFlush;

	private int messagesInTurn;

	/** How the connection ends as soon as nothing is owed. */
	private volatile @Nullable Outcome endWhenIdle;

	/** What went wrong, to be told by RST once the replies before it are written. */
	private @Nullable Outcome failureOutcome;

	private long lingerStartedAt;

	private long lastDiscardAt;

	private @Nullable MessageHeaders messageHeaders;

	/** How it ended. */
	private @Nullable ConnectionSummary summary;

	NioServerConnection(NioServerConnectionFactory factory, EventLoop loop, SocketChannel channel,
			InetSocketAddress peer, String id) {
		super(loop, channel, peer, id, factory.getComponentName(), factory.getApplicationEventPublisher());
		this.factory = factory;
		this.loop = loop;
		this.timeouts = factory.timeouts();
		this.singleMessage = factory.getDeserializer().isSingleMessage();
		this.memory = new MemoryAccount(factory.budget(), new Memory());
		this.reader = new MessageReader(loop, this::receiveAndTell, this.memory, factory.getDeserializer(), openedAt());
		this.service = new ServiceCall(factory.serviceGate(), new Caller());
		this.replies = new ReplyQueue(output(), this.singleMessage ? 1 : MAX_MESSAGES_IN_A_TURN);
	}

	/**
	 * Begin: often the whole message is already there, and then the socket never has to
	 * be registered with the selector.
	 */
	void begin() {
		try {
			publishConnectionOpenEvent();
			turn();
		}
		catch (Throwable ex) {
			Fatal.exitIfOutOfMemory(ex);
			failed(ex);
		}
		if (isOpen()) {
			this.loop.join(this);
		}
	}

	/** End as soon as nothing is owed; a connection for a single message just goes on. */
	void drain() {
		this.endWhenIdle = Outcome.DRAINED;
		continueTurn();
	}

	// Event loop callbacks

	@Override
	public void ready(int readyOps) throws IOException {
		if (this.state == State.DELIVERING) {
			resetAfterDelivery();
		}
		else if (!this.turnPosted) {
			// A posted turn is the one of this pass of the loop; a second one would be
			// unfair to other connections.
			turn();
		}
	}

	@Override
	public void failed(Throwable cause) {
		publishConnectionExceptionEvent(cause);
		if (cause instanceof IOException) {
			reset(Outcome.RESET_BY_PEER);
		}
		else {
			this.factory.connectionFailed(this, cause);
			reset(Outcome.ERROR);
		}
	}

	@Override
	public void loopEnds() {
		if (this.state == State.LINGERING) {
			release(Outcome.TRUNCATED, true);
		}
		else {
			reset(Outcome.DRAINED);
		}
	}

	// A turn

	@Override
	void turn() throws IOException {
		switch (this.state) {
			case READING, AWAITING_MEMORY, IN_SERVICE, WRITING -> exchange(this.endWhenIdle);
			case LINGERING -> discardInput();
			case FINISHING, DELIVERING, CLOSED -> {
				// Nothing is read or written any more.
			}
		}
	}

	private void exchange(@Nullable Outcome endIfIdle) throws IOException {
		this.messagesInTurn = 0;
		// The end is decided only after a look at what has arrived, in the same turn.
		if (writeOut() || writeOut()) {
			readIn(endIfIdle != null);
			if (isOpen() && writeOut()) {
				endIfNothingIsOwed(endIfIdle);
			}
		}
		switch (this.state) {
			case READING, AWAITING_MEMORY, IN_SERVICE, WRITING -> {
				this.memory.settle();
				enter(stateBetweenTurns());
				takeAnotherTurnIfNeeded();
			}
			case FINISHING, DELIVERING, LINGERING -> this.memory.settle();
			case CLOSED -> {
				return;
			}
		}
		awaitEvents();
	}

	private State stateBetweenTurns() {
		return this.memory.isWaiting() ? State.AWAITING_MEMORY
				: !output().isEmpty() ? State.WRITING : this.service.isBusy() ? State.IN_SERVICE : State.READING;
	}

	private void enter(State next) {
		if (next != this.state) {
			this.state = next;
		}
	}

	/** Take another turn if no event will tell of bytes that were read already. */
	private void takeAnotherTurnIfNeeded() {
		if (this.state == State.READING && this.reader.hasWork() && mayServe() && !this.turnPosted) {
			this.turnPosted = true;
			post(() -> {
				this.turnPosted = false;
				continueTurn();
			});
		}
	}

	private void awaitEvents() throws IOException {
		// A half-closed socket is readable for ever.
		int unwanted = this.reader.isFinReceived() ? SelectionKey.OP_READ : 0;
		interest(this.state.events() & ~unwanted);
	}

	// Reading

	/**
	 * Read, decode and serve until the socket is empty, something else has to happen
	 * first, or the turn's share is used up.
	 */
	private void readIn(boolean lookAgain) throws IOException {
		this.reader.beginTurn(lookAgain);
		try {
			boolean more = true;
			while (more && mayServe() && this.messagesInTurn < MAX_MESSAGES_IN_A_TURN) {
				switch (this.reader.next()) {
					case MESSAGE -> serve(this.reader.take());
					case NEEDS_MEMORY -> awaitMemory(this.reader.missingMemory());
					case BROKEN -> this.failureOutcome = this.reader.failure();
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
		return !this.service.isBusy() && !this.memory.isWaiting() && !this.memoryNeedsFlush
				&& this.failureOutcome == null && !this.reader.isDone();
	}

	private int receiveAndTell(ByteBuffer target) throws IOException {
		int count = receive(target);
		if (count > 0) {
			this.factory.observer().received(count);
		}
		return count;
	}

	// Memory

	private void awaitMemory(long more) {
		if (!output().isEmpty()) {
			this.memoryNeedsFlush = true;
		}
		else {
			this.memory.await(more, this.loop.now());
		}
	}

	private void useGrant() {
		if (isOpen()) {
			// Extend the read deadlines by the wait: the server caused it, not the peer.
			this.reader.postpone(this.memory.useGrant(this.loop.refreshNow()));
			continueTurn();
		}
	}

	// Serving

	private void serve(byte[] message) {
		this.messagesInTurn++;
		this.service.accept(message, this.loop.refreshNow());
		this.factory.observer().messageReceived(message.length);
		enter(State.IN_SERVICE);
		try {
			this.service.start(getMapper().toMessage(this));
		}
		catch (Throwable ex) {
			Fatal.exitIfOutOfMemory(ex);
			serviceFailed(ex);
		}
	}

	private void serviceFailed(Throwable cause) {
		this.service.end();
		this.failureOutcome = Outcome.SERVICE_ERROR;
		this.factory.serviceFailed(this, cause);
	}

	/**
	 * Send the reply to the message in service; quietly ignored once the connection is
	 * closed, so that a late reply reaches no other message.
	 * @throws IllegalStateException if no message awaits a reply
	 */
	@Override
	public void send(Message<?> message) {
		if (!isOpen()) {
			return;
		}
		Object payload = getMapper().fromMessage(message);
		if (this.loop.isCurrent()) {
			reply(payload);
		}
		else {
			post(() -> {
				reply(payload);
				continueTurn();
			});
		}
	}

	private void reply(@Nullable Object payload) {
		if (!isOpen() || this.failureOutcome != null) {
			return;
		}
		if (!this.service.isBusy()) {
			throw new IllegalStateException("No message of " + getConnectionId() + " awaits a reply");
		}
		if (!(payload instanceof byte[] reply)) {
			serviceFailed(new IllegalStateException("The reply is "
					+ ((payload != null) ? "a " + payload.getClass().getName() : "null") + ", and must be a byte[]"));
			return;
		}
		this.service.end();
		long now = this.loop.refreshNow();
		if (isPast(this.service.startedAt(), this.timeouts.service())) {
			this.failureOutcome = Outcome.SERVICE_TIMEOUT;
			return;
		}
		this.replies.add(this.factory.getSerializer(), reply, this.service.startedAt(), now);
	}

	// Writing

	/**
	 * Write the next slice.
	 * @return whether nothing is left to write
	 */
	private boolean writeOut() throws IOException {
		if (output().isEmpty()) {
			return true;
		}
		int count = transmit();
		if (count > 0) {
			this.replies.progressed(this.loop.now());
			this.factory.observer().sent(count);
		}
		if (!output().isEmpty()) {
			return false;
		}
		this.replies.written(this.factory.observer(), this.loop.now());
		this.memoryNeedsFlush = false;
		this.reader.restartIdle();
		return true;
	}

	// Deadlines

	@Override
	public void sweep() throws IOException {
		switch (this.state) {
			case READING -> {
				if (this.reader.isOverdue(this.timeouts)) {
					// What arrived during a pause of this process counts.
					turn();
					judgeReading();
				}
			}
			case AWAITING_MEMORY -> {
				if (this.memory.isOverdue()) {
					reset(Outcome.OVERLOADED);
				}
			}
			case IN_SERVICE -> {
				if (isPast(this.service.startedAt(), this.timeouts.service())) {
					this.service.abandon();
					this.failureOutcome = Outcome.SERVICE_TIMEOUT;
					turn();
				}
			}
			case WRITING -> {
				// OP_WRITE fires only once a third of the send buffer is free: a slow but
				// steady reader looks dead unless a write is tried.
				turn();
				if (this.state == State.WRITING && this.replies.isOverdue(this.timeouts, this.loop.now())) {
					reset(Outcome.WRITE_TIMEOUT);
				}
			}
			case DELIVERING -> {
				if (this.replies.isStalled(this.timeouts, this.loop.now())) {
					resetAfterDelivery();
				}
			}
			case LINGERING -> {
				if (isPast(this.lastDiscardAt, ConnectionTimeouts.LINGER_SILENCE)
						|| isPast(this.lingerStartedAt, ConnectionTimeouts.LINGER_TOTAL)) {
					release(Outcome.TRUNCATED, true);
				}
			}
			case FINISHING, CLOSED -> {
				// The socket ends by itself.
			}
		}
	}

	private void judgeReading() throws IOException {
		Outcome overdue = (this.state == State.READING) ? this.reader.judge(this.timeouts) : null;
		if (overdue == Outcome.IDLE_TIMEOUT && !this.singleMessage && this.reader.isBetweenMessages()) {
			finish(Outcome.IDLE_TIMEOUT);
		}
		else if (overdue != null) {
			// Like any failure, it leaves the replies before it alone.
			this.failureOutcome = overdue;
			turn();
		}
	}

	private boolean isPast(long start, Duration limit) {
		return this.loop.now() - start >= limit.toNanos();
	}

	// The end

	private void endIfNothingIsOwed(@Nullable Outcome endIfIdle) throws IOException {
		if (this.service.isBusy() || this.memory.isWaiting()) {
			return;
		}
		Outcome failure = this.failureOutcome;
		if (failure != null) {
			if (bytesOut() > 0) {
				awaitDelivery();
			}
			else {
				reset(failure);
			}
		}
		else if (this.reader.hasWork()) {
			return;
		}
		else if (this.reader.isFinReceived()) {
			finish(!this.singleMessage ? Outcome.CLOSED_BY_PEER
					: this.reader.isDone() ? Outcome.REPLIED : Outcome.EMPTY);
		}
		else if (this.reader.isDone()) {
			linger();
		}
		else if (endIfIdle != null && !this.singleMessage && this.reader.isBetweenMessages()) {
			finish(endIfIdle);
		}
	}

	/**
	 * Wait until the peer has taken the replies that are in the send buffer, which a
	 * reset would empty. There is no event for that; but with the smallest send buffer
	 * OP_WRITE fires only once hardly anything is left in it.
	 */
	private void awaitDelivery() throws IOException {
		channel().setOption(StandardSocketOptions.SO_SNDBUF, 1);
		this.replies.progressed(this.loop.now());
		enter(State.DELIVERING);
	}

	private void resetAfterDelivery() {
		Outcome failure = this.failureOutcome;
		reset((failure != null) ? failure : Outcome.ERROR);
	}

	/**
	 * Send FIN and read on for a while: a close with unread bytes would be a reset, and
	 * could destroy the reply on its way.
	 */
	private void linger() throws IOException {
		disarmReset();
		channel().shutdownOutput();
		this.lingerStartedAt = this.loop.now();
		this.lastDiscardAt = this.lingerStartedAt;
		enter(State.LINGERING);
	}

	private void discardInput() {
		try {
			int count = receiveAndTell(this.loop.buffer());
			if (count > 0) {
				this.lastDiscardAt = this.loop.now();
			}
			if (count >= 0) {
				return;
			}
		}
		catch (IOException ex) {
			// The peer had its reply; how it leaves is its own affair.
		}
		release(Outcome.TRUNCATED, true);
	}

	/** Close with FIN, after a complete reply or between messages. */
	private void finish(Outcome outcome) {
		disarmReset();
		release(outcome, true);
	}

	/** Close with RST. */
	private void reset(Outcome outcome) {
		release(outcome, false);
	}

	private void release(Outcome outcome, boolean fin) {
		if (!closeSocket()) {
			return;
		}
		enter(State.CLOSED);
		this.memory.close();
		this.reader.close();
		this.service.abandon();
		this.summary = new ConnectionSummary(getConnectionId(), this.factory.getListenerName(), peer(), bytesIn(),
				bytesOut(), this.reader.messages(), Duration.ofNanos(this.loop.now() - openedAt()), outcome, fin);
		this.factory.connectionClosed(this, this.summary);
		announceCloseUnlessServing();
	}

	/** Announce it, but not while a call runs: its gateway would look for it in vain. */
	private void announceCloseUnlessServing() {
		if (!this.service.isRunning()) {
			announceClose();
		}
	}

	/**
	 * Reset the connection, on its loop: the socket is closed some time after this has
	 * returned.
	 */
	@Override
	public void close() {
		post(() -> reset(Outcome.CLOSED_BY_OPERATOR));
	}

	// Operators' calls, on any thread

	@Override
	public ConnectionSnapshot snapshot() {
		long now = System.nanoTime();
		return new ConnectionSnapshot(getConnectionId(), this.factory.getListenerName(), peer(), localAddress(),
				STARTED.plusNanos(openedAt() - STARTED_NANOS), Duration.ofNanos(now - openedAt()),
				Duration.ofNanos(Math.max(0, now - lastActiveAt())), this.state.phase(), this.endWhenIdle != null,
				bytesIn(), bytesOut(), this.reader.messages());
	}

	@Override
	public CompletableFuture<Optional<ConnectionSummary>> end(Ending ending) {
		CompletableFuture<Optional<ConnectionSummary>> ended = new CompletableFuture<>();
		try {
			this.loop.execute(() -> {
				try {
					ended.complete(endNow(ending));
				}
				catch (Throwable ex) {
					Fatal.exitIfOutOfMemory(ex);
					ended.completeExceptionally(ex);
				}
			});
		}
		catch (RejectedExecutionException ex) {
			ended.complete(Optional.empty());
		}
		return ended;
	}

	private Optional<ConnectionSummary> endNow(Ending ending) throws IOException {
		if (!isOpen()) {
			return Optional.empty();
		}
		if (ending == Ending.RESET) {
			reset(Outcome.CLOSED_BY_OPERATOR);
		}
		else {
			endBetweenMessages();
		}
		if (isOpen()) {
			throw new UnfinishedMessageException(getConnectionId());
		}
		this.loop.releaseClosedChannels();
		return Optional.ofNullable(this.summary);
	}

	private void endBetweenMessages() {
		try {
			switch (this.state) {
				case READING, AWAITING_MEMORY, IN_SERVICE, WRITING -> exchange(Outcome.CLOSED_BY_OPERATOR);
				case FINISHING, DELIVERING, LINGERING, CLOSED -> turn();
			}
		}
		catch (Throwable ex) {
			Fatal.exitIfOutOfMemory(ex);
			failed(ex);
		}
	}

	// Spring Integration callbacks

	/**
	 * Return the message in service. The mapper fetches it while the connection hands it
	 * over: the interface of the framework has no argument for it.
	 */
	@Override
	public byte @Nullable [] getPayload() {
		return this.service.request();
	}

	@Override
	public boolean isServer() {
		return true;
	}

	/**
	 * Return the headers of this connection's messages: the stock mapper's, and where the
	 * reply goes.
	 */
	MessageHeaders messageHeaders() {
		MessageHeaders headers = this.messageHeaders;
		if (headers == null) {
			String address = getHostAddress();
			InetSocketAddress local = localAddress();
			if (local == null) {
				throw new IllegalStateException(getConnectionId() + " is closed");
			}
			headers = new ConnectionHeaders(
					Map.of(IpHeaders.HOSTNAME, address, IpHeaders.IP_ADDRESS, address, IpHeaders.REMOTE_PORT, getPort(),
							IpHeaders.CONNECTION_ID, getConnectionId(), IpHeaders.LOCAL_ADDRESS, local.getAddress(),
							MessageHeaders.REPLY_CHANNEL, new NioInboundGateway.ReplySlot()));
			this.messageHeaders = headers;
		}
		return headers;
	}

	/** Headers of a connection, without a message's id and timestamp. */
	private static final class ConnectionHeaders extends MessageHeaders {

		ConnectionHeaders(Map<String, Object> headers) {
			super(headers, ID_VALUE_NONE, -1L);
		}

	}

	/** What the connection's account asks. */
	private final class Memory implements MemoryAccount.Holder {

		@Override
		public long held() {
			return NioServerConnection.this.reader.held() + NioServerConnection.this.service.held()
					+ NioServerConnection.this.replies.held();
		}

		@Override
		public void memoryGranted() {
			post(NioServerConnection.this::useGrant);
		}

	}

	/** What the connection's service call asks and tells. */
	private final class Caller implements ServiceCall.Caller {

		@Override
		public void deliver(@Nullable Message<?> message) {
			TcpListener listener = getListener();
			if (listener == null || message == null) {
				throw new IllegalStateException(
						"No gateway listens to " + NioServerConnection.this.factory.getComponentName());
			}
			listener.onMessage(message);
		}

		@Override
		public void post(Runnable task) {
			NioServerConnection.this.post(task);
		}

		@Override
		public void serviceFailed(Throwable cause) {
			NioServerConnection.this.serviceFailed(cause);
		}

		@Override
		public void serviceReturned() {
			if (isOpen()) {
				continueTurn();
			}
			else {
				announceCloseUnlessServing();
			}
		}

	}

}
