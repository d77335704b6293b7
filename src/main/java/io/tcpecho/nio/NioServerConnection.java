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
import io.tcpecho.connection.Phase;
import io.tcpecho.framing.FrameDecoder;
import io.tcpecho.framing.FrameDeserializer;
import io.tcpecho.framing.FrameSerializer;
import io.tcpecho.framing.MessageCutOffException;
import io.tcpecho.framing.MessageTooLongException;
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
 * (backpressure). Then bytes are read and decoded, at most {@value #MAX_BYTES_IN_A_TURN}
 * bytes (a loop's buffer, where FIN ends the only message) or
 * {@value #MAX_MESSAGES_IN_A_TURN} messages, so that none starves the others; then the
 * replies are written together. At most one message is in service at a time, which keeps
 * replies in order.
 *
 * <p>
 * Ends: {@link #finish}, after a complete reply or between messages, sends FIN; all else
 * resets. A failure while earlier replies are owed is kept in {@code failure} until they
 * are delivered.
 *
 * <p>
 * Memory: {@code charged} is what this connection has taken from the budget. It is
 * acquired before bytes are read and settled to what is really allocated after each turn.
 */
public final class NioServerConnection extends NioConnection implements OpenConnection, MemoryBudget.Waiter {

	static final int MAX_BYTES_IN_A_TURN = 64 * 1024;

	static final int MAX_MESSAGES_IN_A_TURN = 16;

	/** What a read should bring at once, if the budget has it. */
	private static final int COMFORTABLE_STRETCH_IN_BYTES = 16 * 1024;

	/** A moment on both clocks, so that a connection's time of day is always the same. */
	private static final Instant STARTED = Instant.now();

	private static final long STARTED_NANOS = System.nanoTime();

	private final Owner owner;

	private final ListenerContext context;

	private final EventLoop loop;

	private final OutputQueue output;

	private final ConnectionTimeouts timeouts;

	private final MemoryBudget budget;

	private final FrameDecoder decoder;

	private final boolean singleMessage;

	/** Bytes that were read but belong to later turns. */
	private @Nullable ByteBuffer leftover;

	/** Whether the decoder has a complete message that has not been taken yet. */
	private boolean complete;

	private boolean finReceived;

	/** Whether the last read found the socket empty. */
	private boolean socketEmpty;

	private boolean lingering;

	/** Whether another turn is posted. */
	private boolean continuing;

	/** Whether our own replies have to go before there is memory to read on. */
	private boolean flushFirst;

	/** Whether a failure waits for the replies before it to be delivered. */
	private boolean delivering;

	/** How the connection ends as soon as nothing is owed. */
	private volatile @Nullable Outcome ending;

	private volatile Phase phase = Phase.READING;

	private @Nullable MessageHeaders messageHeaders;

	/** The message in service. */
	private byte @Nullable [] request;

	/** Its call, where an executor runs it. */
	private @Nullable ServiceCall call;

	/** Calls whose {@code onMessage} has not returned. */
	private int runningCalls;

	/** What went wrong, to be told by RST once the replies before it are written. */
	private @Nullable Outcome failure;

	private long charged;

	private long waitingFor;

	private volatile long messages;

	private int messagesInTurn;

	/** When the messages whose replies are queued were complete. */
	private long @Nullable [] completedAt;

	private int queuedReplies;

	private long lastReadAt;

	private long messageStartedAt;

	private boolean messageStarted;

	private long serviceStartedAt;

	private long writeStartedAt;

	private long lastWriteAt;

	/** How it ended. */
	private @Nullable ConnectionSummary summary;

	/** The payload bytes queued since the output was last empty. */
	private long outputSize;

	private long lingerStartedAt;

	private long waitingSince;

	NioServerConnection(Owner owner, ListenerContext context, EventLoop loop, SocketChannel channel,
			InetSocketAddress peer, String id) {
		super(loop, channel, peer, id, context.factoryName(), context.publisher());
		this.owner = owner;
		this.context = context;
		this.loop = loop;
		this.output = output();
		this.timeouts = context.options().timeouts();
		this.budget = context.options().budget();
		FrameDeserializer deserializer = context.options().deserializer();
		this.decoder = deserializer.newDecoder();
		this.singleMessage = deserializer.isSingleMessage();
		this.lastReadAt = openedAt();
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
			OutOfMemory.exitIfCauseOf(ex);
			failed(ex);
		}
		if (isOpen()) {
			this.loop.join(this);
		}
	}

	/** End as soon as nothing is owed; a connection for a single message just goes on. */
	void drain() {
		this.ending = Outcome.DRAINED;
		continueTurn();
	}

	// The loop's view

	@Override
	public void ready(int readyOps) throws IOException {
		if (this.delivering && this.failure != null) {
			reset(this.failure);
		}
		else if (!this.continuing) {
			// Else the posted turn is the one of this time round: the others wait.
			turn();
		}
	}

	@Override
	public void failed(Throwable failure) {
		publishConnectionExceptionEvent(failure);
		if (failure instanceof IOException) {
			reset(Outcome.RESET_BY_PEER);
		}
		else {
			this.owner.connectionFailed(getConnectionId(), failure);
			reset(Outcome.ERROR);
		}
	}

	@Override
	public void loopEnds() {
		if (this.lingering) {
			release(Outcome.TRUNCATED, true);
		}
		else {
			reset(Outcome.DRAINED);
		}
	}

	// A turn

	@Override
	void turn() throws IOException {
		if (!isOpen() || this.delivering) {
			return;
		}
		if (this.lingering) {
			discardInput();
			return;
		}
		this.messagesInTurn = 0;
		// The end is decided only after a look at what has arrived, in the same turn.
		if (writeOut() || writeOut()) {
			readIn();
			if (isOpen() && writeOut()) {
				endIfNothingIsOwed();
			}
		}
		if (!isOpen()) {
			return;
		}
		settleMemory();
		continueLater();
		awaitEvents();
		showPhase();
	}

	private void showPhase() {
		Phase current = this.lingering ? Phase.LINGERING : (this.request != null) ? Phase.IN_SERVICE
				: (this.delivering || !this.output.isEmpty()) ? Phase.WRITING : Phase.READING;
		if (current != this.phase) {
			this.phase = current;
		}
	}

	/** Take another turn if no event will tell of bytes that were read already. */
	private void continueLater() {
		boolean work = this.leftover != null || this.complete;
		if (work && mayServe() && this.output.isEmpty() && !this.continuing) {
			this.continuing = true;
			post(() -> {
				this.continuing = false;
				continueTurn();
			});
		}
	}

	private void awaitEvents() throws IOException {
		if (this.lingering) {
			interest(SelectionKey.OP_READ);
		}
		else if (this.delivering || !this.output.isEmpty()) {
			interest(SelectionKey.OP_WRITE);
		}
		else if (this.request == null && this.waitingFor == 0 && !this.finReceived) {
			interest(SelectionKey.OP_READ);
		}
		else {
			// A half-closed socket is readable for ever.
			interest(0);
		}
	}

	// Reading

	/**
	 * Read, decode and serve until the socket is empty, something else has to happen
	 * first, or the turn's share is used up.
	 */
	private void readIn() throws IOException {
		int share = this.singleMessage ? shareOfMemory() : MAX_BYTES_IN_A_TURN;
		this.socketEmpty = false;
		ByteBuffer in = this.leftover;
		this.leftover = null;
		try {
			while (mayServe()) {
				if (this.complete) {
					serve();
				}
				else if (this.messagesInTurn == MAX_MESSAGES_IN_A_TURN) {
					return;
				}
				else if (in != null && in.hasRemaining()) {
					decode(in);
				}
				else if (this.finReceived || this.socketEmpty || share == 0) {
					return;
				}
				else {
					in = read(share);
					share -= in.remaining();
				}
			}
		}
		finally {
			keep(in);
		}
	}

	/**
	 * Return what a message of its own connection may take in a turn: a buffer, but
	 * hardly more of the memory than others, where that is scarce. A few that took most
	 * of it before the others had any would wait for each other until all are reset.
	 */
	private int shareOfMemory() {
		long free = this.budget.capacity() - this.budget.used();
		return (int) Math.max(MAX_BYTES_IN_A_TURN, Math.min(free / 16, EventLoop.BUFFER_SIZE_IN_BYTES));
	}

	/** Return whether the next message may be read or served now. */
	private boolean mayServe() {
		return this.request == null && this.waitingFor == 0 && !this.flushFirst && this.failure == null
				&& !(this.singleMessage && this.messages > 0);
	}

	/** Return what the socket has, at most so many bytes; none if there is no memory. */
	private ByteBuffer read(int limit) throws IOException {
		ByteBuffer in = this.loop.buffer();
		int stretch = Math.min(reserveStretch(), limit);
		in.limit(stretch);
		if (stretch == 0) {
			return in;
		}
		int count = receive(in);
		in.flip();
		if (count < 0) {
			endOfStream();
		}
		else if (count > 0) {
			this.lastReadAt = this.loop.now();
			this.context.observer().received(count);
		}
		// A short read leaves no bytes behind. But where FIN ends the message, it is
		// likely to be there already; and before the FIN of a drain, bytes may have come
		// during the last service call. Both are worth another look.
		this.socketEmpty = count <= 0 || (count < stretch && !this.singleMessage && this.ending == null);
		return in;
	}

	private void decode(ByteBuffer in) {
		try {
			this.complete = this.decoder.decode(in);
		}
		catch (MessageTooLongException ex) {
			this.failure = Outcome.OVERSIZE;
		}
		catch (IOException ex) {
			this.failure = Outcome.ERROR;
		}
		if (!this.messageStarted) {
			this.messageStarted = true;
			this.messageStartedAt = this.loop.now();
		}
	}

	private void endOfStream() {
		this.finReceived = true;
		try {
			this.complete = this.decoder.endOfStream();
		}
		catch (MessageCutOffException ex) {
			this.failure = Outcome.CLOSED_BY_PEER;
		}
		catch (IOException ex) {
			this.failure = Outcome.ERROR;
		}
	}

	/** Keep bytes for a later turn: the loop's buffer is not ours then. */
	private void keep(@Nullable ByteBuffer in) {
		boolean wanted = this.failure == null && !(this.singleMessage && (this.complete || this.messages > 0));
		if (in != null && in.hasRemaining() && wanted) {
			this.leftover = in.isDirect() ? ByteBuffer.allocate(in.remaining()).put(in).flip() : in;
		}
	}

	// Serving

	/** Hand the complete message to the service, once there is memory to take it. */
	private void serve() {
		int copy = this.decoder.copySize();
		if (!reserve(copy)) {
			awaitMemory(copy);
			return;
		}
		this.request = this.decoder.take();
		this.complete = false;
		this.messageStarted = false;
		this.messages++;
		this.messagesInTurn++;
		this.serviceStartedAt = this.loop.refreshNow();
		this.context.observer().messageReceived(this.request.length);
		showPhase();
		ServiceGate gate = this.context.serviceGate();
		try {
			Message<?> message = getMapper().toMessage(this);
			if (gate == null) {
				deliver(message);
				requireReply();
			}
			else {
				this.call = new ServiceCall(message);
				this.runningCalls++;
				gate.submit(this.call);
			}
		}
		catch (Throwable ex) {
			OutOfMemory.exitIfCauseOf(ex);
			serviceFailed(ex);
		}
	}

	private void deliver(@Nullable Message<?> message) {
		TcpListener listener = getListener();
		if (listener == null || message == null) {
			throw new IllegalStateException("No gateway listens to " + this.context.factoryName());
		}
		listener.onMessage(message);
	}

	private void requireReply() {
		if (this.request != null) {
			serviceFailed(new IllegalStateException("The gateway returned without a reply"));
		}
	}

	private void serviceFailed(Throwable cause) {
		this.request = null;
		this.call = null;
		this.failure = Outcome.SERVICE_ERROR;
		this.owner.serviceFailed(getConnectionId(), cause);
	}

	/** Give up the call in service: it must hold no message that nobody waits for. */
	private void abandonCall() {
		ServiceCall abandoned = this.call;
		ServiceGate gate = this.context.serviceGate();
		this.call = null;
		if (abandoned != null && gate != null) {
			abandoned.message = null;
			if (gate.cancel(abandoned)) {
				this.runningCalls--;
			}
		}
	}

	private void serviceReturned(ServiceCall returned, @Nullable Throwable cause) {
		this.runningCalls--;
		if (!isOpen()) {
			announceClose();
		}
		else if (this.call == returned) {
			if (cause != null) {
				serviceFailed(cause);
			}
			else {
				requireReply();
			}
			continueTurn();
		}
	}

	/**
	 * Send the reply to the message in service; quietly ignored once the connection is
	 * closed, so that a late reply reaches nobody.
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
		if (!isOpen() || this.failure != null) {
			return;
		}
		if (this.request == null) {
			throw new IllegalStateException("No message of " + getConnectionId() + " awaits a reply");
		}
		if (!(payload instanceof byte[] reply)) {
			serviceFailed(new IllegalStateException("The reply is "
					+ ((payload != null) ? "a " + payload.getClass().getName() : "null") + ", and must be a byte[]"));
			return;
		}
		FrameSerializer serializer = this.context.options().serializer();
		byte[] header = serializer.header(reply.length);
		this.request = null;
		this.call = null;
		this.loop.refreshNow();
		if (isPast(this.serviceStartedAt, this.timeouts.service())) {
			this.failure = Outcome.SERVICE_TIMEOUT;
			return;
		}
		if (this.output.isEmpty()) {
			this.writeStartedAt = this.loop.now();
			this.lastWriteAt = this.writeStartedAt;
		}
		this.output.add(header);
		this.output.add(reply);
		this.output.add(serializer.trailer());
		this.outputSize += reply.length;
		replyQueued();
	}

	private void replyQueued() {
		if (this.completedAt == null) {
			this.completedAt = new long[this.singleMessage ? 1 : MAX_MESSAGES_IN_A_TURN];
		}
		this.completedAt[this.queuedReplies++] = this.serviceStartedAt;
	}

	private void repliesWritten() {
		for (int i = 0; i < this.queuedReplies && this.completedAt != null; i++) {
			this.context.observer().replied(this.loop.now() - this.completedAt[i]);
		}
		this.queuedReplies = 0;
	}

	// Writing

	/**
	 * Write the next slice.
	 * @return whether nothing is left to write
	 */
	private boolean writeOut() throws IOException {
		if (this.output.isEmpty()) {
			return true;
		}
		int count = transmit();
		if (count > 0) {
			this.lastWriteAt = this.loop.now();
			this.context.observer().sent(count);
		}
		if (!this.output.isEmpty()) {
			return false;
		}
		repliesWritten();
		this.outputSize = 0;
		this.flushFirst = false;
		this.lastReadAt = this.loop.now();
		return true;
	}

	// Deadlines

	@Override
	public void sweep() throws IOException {
		if (this.waitingFor > 0) {
			if (this.budget.isOverdue(this) || this.budget.hasWaitedTooLong(this.waitingSince)) {
				reset(Outcome.OVERLOADED);
			}
		}
		else if (this.lingering) {
			if (isPast(this.lastReadAt, ConnectionTimeouts.LINGER_SILENCE)
					|| isPast(this.lingerStartedAt, ConnectionTimeouts.LINGER_TOTAL)) {
				release(Outcome.TRUNCATED, true);
			}
		}
		else if (this.delivering && this.failure != null) {
			if (isPast(this.lastWriteAt, this.timeouts.write())) {
				reset(this.failure);
			}
		}
		else if (!this.output.isEmpty()) {
			// OP_WRITE fires only once a third of the send buffer is free: a slow but
			// steady reader looks dead unless a write is tried.
			turn();
			judgeWriting();
		}
		else if (this.request != null) {
			if (isPast(this.serviceStartedAt, this.timeouts.service())) {
				this.request = null;
				abandonCall();
				this.failure = Outcome.SERVICE_TIMEOUT;
				turn();
			}
		}
		else if (isReadingOverdue()) {
			// What arrived during a pause of this process counts.
			turn();
			judgeReading();
		}
	}

	private void judgeWriting() {
		if (!isOpen() || this.output.isEmpty()) {
			return;
		}
		if (isPast(this.lastWriteAt, this.timeouts.write())
				|| this.loop.now() - this.writeStartedAt >= this.timeouts.writeTotalInNanos(this.outputSize)) {
			reset(Outcome.WRITE_TIMEOUT);
		}
	}

	private boolean isReadingOverdue() {
		return isPast(this.lastReadAt, this.timeouts.idle()) || isMessageOverdue();
	}

	private boolean isMessageOverdue() {
		return this.messageStarted && isPast(this.messageStartedAt, this.timeouts.message());
	}

	private void judgeReading() throws IOException {
		boolean reading = isOpen() && !this.lingering && !this.delivering && this.request == null
				&& this.waitingFor == 0 && this.output.isEmpty();
		if (!reading || !this.socketEmpty) {
			return;
		}
		if (isMessageOverdue()) {
			this.failure = Outcome.MESSAGE_TIMEOUT;
		}
		else if (!isPast(this.lastReadAt, this.timeouts.idle())) {
			return;
		}
		else if (this.singleMessage || this.decoder.isInsideMessage()) {
			this.failure = Outcome.IDLE_TIMEOUT;
		}
		else {
			finish(Outcome.IDLE_TIMEOUT);
			return;
		}
		// Like any failure, it leaves the replies before it alone.
		turn();
	}

	private boolean isPast(long start, Duration limit) {
		return this.loop.now() - start >= limit.toNanos();
	}

	// Memory

	/** Return how many bytes may be read; 0 if there is no memory and we wait for it. */
	private int reserveStretch() {
		int room = this.decoder.room();
		if (room > 0) {
			return room;
		}
		int growth = this.decoder.growth();
		// Inside a message no more than it may still have: what is read beyond its end
		// is kept while it is joined, and together they fit into twice the limit.
		int comfortable = (this.decoder.size() == 0) ? Math.max(growth, COMFORTABLE_STRETCH_IN_BYTES) : growth;
		if (comfortable > growth && reserve(comfortable)) {
			return comfortable;
		}
		// A single byte needs none: it ends the message or is one too many.
		if (reserve(growth)) {
			return Math.max(growth, 1);
		}
		awaitMemory(growth);
		return 0;
	}

	/** Make sure that so many bytes can be allocated beside what is held. */
	private boolean reserve(long more) {
		long missing = held() + more - this.charged;
		if (missing > 0) {
			if (!this.budget.tryAcquire(missing)) {
				return false;
			}
			this.charged += missing;
		}
		return true;
	}

	/** Give back what was reserved and not used. */
	private void settleMemory() {
		long surplus = this.charged - held();
		if (surplus > 0) {
			this.charged -= surplus;
			this.budget.release(surplus);
		}
		else if (surplus < 0) {
			// A service's reply that is not the array it was given.
			this.charged -= surplus;
			this.budget.takeAnyway(-surplus);
		}
	}

	private long held() {
		return this.decoder.held() + this.outputSize + ((this.request != null) ? this.request.length : 0)
				+ ((this.leftover != null) ? this.leftover.capacity() : 0);
	}

	private void awaitMemory(long more) {
		if (!this.output.isEmpty()) {
			this.flushFirst = true;
			return;
		}
		settleMemory();
		this.waitingFor = more;
		this.waitingSince = this.loop.now();
		this.budget.enqueue(this);
	}

	@Override
	public long bytes() {
		return this.waitingFor;
	}

	@Override
	public void granted() {
		post(this::useGrant);
	}

	private void useGrant() {
		if (!isOpen()) {
			return;
		}
		this.charged += this.waitingFor;
		this.waitingFor = 0;
		// The clocks stood still: it was not the peer who made us wait.
		long waited = this.loop.refreshNow() - this.waitingSince;
		this.lastReadAt += waited;
		this.messageStartedAt += waited;
		continueTurn();
	}

	// The end

	private void endIfNothingIsOwed() throws IOException {
		if (this.request != null || this.complete || this.waitingFor > 0) {
			return;
		}
		if (this.failure != null) {
			if (bytesOut() > 0) {
				awaitDelivery();
			}
			else {
				reset(this.failure);
			}
		}
		else if (this.leftover != null) {
			return;
		}
		else if (this.finReceived) {
			finish(!this.singleMessage ? Outcome.CLOSED_BY_PEER
					: (this.messages > 0) ? Outcome.REPLIED : Outcome.EMPTY);
		}
		else if (this.singleMessage && this.messages > 0) {
			linger();
		}
		else if (this.ending != null && !this.singleMessage && this.socketEmpty && !this.decoder.isInsideMessage()) {
			finish(this.ending);
		}
	}

	/**
	 * Wait until the peer has taken the replies that are in the send buffer, which a
	 * reset would empty. There is no event for that; but with the smallest send buffer
	 * OP_WRITE fires only once hardly anything is left in it.
	 */
	private void awaitDelivery() throws IOException {
		channel().setOption(StandardSocketOptions.SO_SNDBUF, 1);
		this.delivering = true;
		this.lastWriteAt = this.loop.now();
	}

	/**
	 * Send FIN and read on for a while: a close with unread bytes would be a reset, and
	 * could destroy the reply on its way.
	 */
	private void linger() throws IOException {
		disarmReset();
		channel().shutdownOutput();
		this.lingering = true;
		this.lingerStartedAt = this.loop.now();
		this.lastReadAt = this.lingerStartedAt;
	}

	private void discardInput() {
		try {
			int count = receive(this.loop.buffer());
			if (count > 0) {
				this.lastReadAt = this.loop.now();
				this.context.observer().received(count);
			}
			if (count >= 0) {
				return;
			}
		}
		catch (IOException ex) {
			// The client had its reply; how it leaves is its own affair.
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
		if (this.waitingFor > 0 && !this.budget.cancel(this)) {
			// Granted, but the task that would use it finds a closed connection.
			this.charged += this.waitingFor;
		}
		this.budget.release(this.charged);
		this.charged = 0;
		this.leftover = null;
		this.request = null;
		abandonCall();
		this.summary = new ConnectionSummary(getConnectionId(), this.context.options().name(), peer(), bytesIn(),
				bytesOut(), this.messages, Duration.ofNanos(this.loop.now() - openedAt()), outcome, fin);
		this.owner.connectionClosed(this.summary);
		// Not while a call runs: its gateway would look for the connection in vain.
		if (this.runningCalls == 0) {
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

	// What operators ask

	@Override
	public ConnectionSnapshot snapshot() {
		long now = System.nanoTime();
		return new ConnectionSnapshot(getConnectionId(), this.context.options().name(), peer(), localAddress(),
				STARTED.plusNanos(openedAt() - STARTED_NANOS), Duration.ofNanos(now - openedAt()),
				Duration.ofNanos(Math.max(0, now - lastActiveAt())), this.phase, this.ending != null, bytesIn(),
				bytesOut(), this.messages);
	}

	@Override
	public CompletableFuture<Optional<ConnectionSummary>> end(Ending ending) {
		CompletableFuture<Optional<ConnectionSummary>> ended = this.loop.submit(() -> endNow(ending));
		// A loop that is ending closes its connections itself.
		return ended.exceptionallyCompose((cause) -> (cause instanceof RejectedExecutionException)
				? CompletableFuture.completedFuture(Optional.empty()) : ended);
	}

	private Optional<ConnectionSummary> endNow(Ending ending) throws IOException {
		if (!isOpen()) {
			return Optional.empty();
		}
		if (ending == Ending.RESET) {
			reset(Outcome.CLOSED_BY_OPERATOR);
		}
		else {
			Outcome before = this.ending;
			this.ending = Outcome.CLOSED_BY_OPERATOR;
			continueTurn();
			this.ending = before;
		}
		if (isOpen()) {
			throw new UnfinishedMessageException(getConnectionId());
		}
		this.loop.releaseClosedChannels();
		return Optional.ofNullable(this.summary);
	}

	// What Spring Integration asks

	@Override
	public byte @Nullable [] getPayload() {
		return this.request;
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
							MessageHeaders.REPLY_CHANNEL, new NioInboundGateway.ReplyChannel()));
			this.messageHeaders = headers;
		}
		return headers;
	}

	/** Is told what happens to its connections, on their loops. */
	interface Owner {

		/** A connection is closed; called once for each. */
		void connectionClosed(ConnectionSummary summary);

		/** A defect has ended a connection. */
		void connectionFailed(String id, Throwable failure);

		/** The service, or the way to it, has failed for a message. */
		void serviceFailed(String id, Throwable failure);

	}

	/** Headers of a connection, without a message's id and timestamp. */
	private static final class ConnectionHeaders extends MessageHeaders {

		ConnectionHeaders(Map<String, Object> headers) {
			super(headers, ID_VALUE_NONE, -1L);
		}

	}

	/** A message on its way through the service on a thread of the executor. */
	private final class ServiceCall implements ServiceGate.Call {

		/** Null once nobody waits for the reply. */
		private volatile @Nullable Message<?> message;

		ServiceCall(@Nullable Message<?> message) {
			this.message = message;
		}

		@Override
		public void run() {
			Message<?> wanted = this.message;
			Throwable failure = null;
			try {
				if (wanted != null) {
					deliver(wanted);
				}
			}
			catch (Throwable ex) {
				OutOfMemory.exitIfCauseOf(ex);
				failure = ex;
			}
			returned(failure);
		}

		@Override
		public void failed(Throwable failure) {
			returned(failure);
		}

		private void returned(@Nullable Throwable failure) {
			post(() -> serviceReturned(this, failure));
		}

	}

}
