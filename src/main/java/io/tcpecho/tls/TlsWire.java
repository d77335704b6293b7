package io.tcpecho.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.concurrent.Executor;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

import io.tcpecho.connection.Outcome;
import io.tcpecho.connection.TlsDetails;
import io.tcpecho.wire.Layered;
import io.tcpecho.wire.Wire;
import io.tcpecho.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of one connection, of a server or of a client: bytes below it are records, and
 * those above it are their content. Loop thread only.
 *
 * <p>
 * Handshake: every call drives it as far as the socket goes. Its arithmetic runs on other
 * threads. If it fails, the engine's alert is sent and the connection ends with FIN.
 *
 * <p>
 * Ends: close_notify is sent by {@link #endOutput()} alone, so after a complete output.
 * All failures after the handshake end in RST, without an alert. The peer's close_notify
 * is the end of its stream; FIN without it is a failure, unless the layer accepts that.
 *
 * <p>
 * Memory: all work is done in the {@link Scratch} of the thread. Between turns the
 * connection keeps the begin of a record whose rest has not come, the rest of a record
 * that the socket has not taken, and the rest of a content that the reader had no room
 * for. No more is read than that one of the first and the last of them fits in
 * {@value Scratch#RECORD_IN_BYTES} bytes.
 */
final class TlsWire extends Layered {

	private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

	private final SSLEngine engine;

	private final Host host;

	private final Executor threads;

	private final TlsListener listener;

	private final EndOfOutput endOfOutput;

	private final boolean acceptsTruncation;

	private final Scratch scratch = Scratch.ofThisThread();

	/** Whether the first byte of the handshake was sent or received. */
	private boolean started;

	private long startedAt;

	private long startedAtInMillis;

	/** Whether the peer has sent a record, and so speaks TLS. */
	private boolean recordSeen;

	private boolean handshakeFinished;

	/** Whether a close_notify ends both directions. */
	private boolean closesBothWays;

	/** Set by the loop, cleared by a thread of the handshake. */
	private volatile boolean working;

	/** Encrypted bytes that have come and are not used, ready to be read. */
	private @Nullable ByteBuffer input;

	/** The content of a record that the reader has not taken, ready to be read. */
	private @Nullable ByteBuffer plain;

	private final RecordOutput output;

	/** The failure of a read, for every further one; bytes may have come before it. */
	private @Nullable IOException failure;

	/** Whether the last read from below has left nothing there. */
	private boolean drained;

	private boolean inputEnded;

	private boolean endTold;

	private boolean outputEnded;

	private boolean closeNotifySent;

	/**
	 * Create a layer.
	 * @param engine of its own, configured; the handshake has not begun
	 * @param threads run the arithmetic of the handshake
	 * @param endOfOutput how to say that no more bytes come
	 * @param acceptsTruncation whether FIN without close_notify is an end of the stream,
	 * too
	 */
	TlsWire(Wire below, Host host, SSLEngine engine, Executor threads, TlsListener listener, EndOfOutput endOfOutput,
			boolean acceptsTruncation) {
		super(below);
		this.host = host;
		this.engine = engine;
		this.threads = threads;
		this.listener = listener;
		this.endOfOutput = endOfOutput;
		this.acceptsTruncation = acceptsTruncation;
		this.output = new RecordOutput(below, this.scratch);
	}

	// Reading

	@Override
	public int read(ByteBuffer target) throws IOException {
		if (this.failure != null) {
			throw this.failure;
		}
		int start = target.position();
		try {
			takePlain(target);
			advance(target);
		}
		catch (IOException ex) {
			this.failure = ex;
			if (target.position() == start) {
				throw ex;
			}
		}
		int count = target.position() - start;
		this.endTold |= count == 0 && this.inputEnded;
		return (count == 0 && this.inputEnded) ? -1 : count;
	}

	private void takePlain(ByteBuffer target) {
		ByteBuffer kept = this.plain;
		if (kept != null) {
			int count = Math.min(kept.remaining(), target.remaining());
			target.put(target.position(), kept, kept.position(), count).position(target.position() + count);
			kept.position(kept.position() + count);
			if (!kept.hasRemaining()) {
				this.plain = null;
				this.scratch.release(kept);
			}
		}
	}

	/**
	 * Go on with the handshake, and then with reading.
	 * @param target takes the content of records; without room, only the handshake goes
	 * on
	 */
	private void advance(ByteBuffer target) throws IOException {
		if (this.working || this.inputEnded || (this.handshakeFinished && !target.hasRemaining())) {
			return;
		}
		ByteBuffer in = this.scratch.input();
		if (this.input != null) {
			in.put(this.input);
			this.scratch.release(this.input);
			this.input = null;
		}
		in.flip();
		this.drained = false;
		int start = target.position();
		try {
			boolean more = true;
			while (more) {
				more = step(in, target, target.position() > start);
			}
		}
		catch (IOException ex) {
			if (!this.handshakeFinished && !(ex instanceof WireException)) {
				this.listener.failed(TlsFailure.cut("RST"), false);
			}
			throw ex;
		}
		finally {
			if (in.hasRemaining()) {
				this.input = this.scratch.keep(in);
			}
		}
	}

	/**
	 * Do one step.
	 * @return whether another one can be done at once
	 */
	private boolean step(ByteBuffer in, ByteBuffer target, boolean hasContent) throws IOException {
		switch (this.engine.getHandshakeStatus()) {
			case NEED_TASK -> {
				work();
				return false;
			}
			case NEED_WRAP -> {
				return sendHandshake();
			}
			default -> {
				if (this.handshakeFinished && !target.hasRemaining()) {
					return false;
				}
				// Both directions end with it: what came before is answered first.
				boolean postpones = this.closesBothWays && hasContent && Records.isAlert(in);
				return !postpones && receive(in, target);
			}
		}
	}

	private boolean receive(ByteBuffer in, ByteBuffer target) throws IOException {
		if (!this.handshakeFinished && in.hasRemaining()) {
			requireTls(in);
		}
		SSLEngineResult result = unwrap(in, target);
		if (result.getStatus() == Status.BUFFER_OVERFLOW) {
			result = unwrapAside(in, target);
		}
		return switch (result.getStatus()) {
			case OK -> true;
			case BUFFER_UNDERFLOW -> !this.drained && fill(in, target);
			case CLOSED -> {
				if (!this.handshakeFinished) {
					throw failHandshake(TlsFailure.cut("close_notify"), NOTHING);
				}
				endInput(true);
				yield false;
			}
			case BUFFER_OVERFLOW -> throw new IllegalStateException("A record is larger than TLS allows");
		};
	}

	/** Unwrap a record for whose content the reader has no room. */
	private SSLEngineResult unwrapAside(ByteBuffer in, ByteBuffer target) throws WireException {
		ByteBuffer content = this.scratch.plain();
		SSLEngineResult result = unwrap(in, content);
		if (content.flip().hasRemaining()) {
			this.plain = this.scratch.keep(content);
			takePlain(target);
		}
		return result;
	}

	private void requireTls(ByteBuffer in) throws WireException {
		if (!Records.isTls(in, this.recordSeen)) {
			throw failHandshake(TlsFailure.notTls(in.get(in.position()) & 0xFF), Records.unexpectedMessage());
		}
	}

	/** Read from below, whole records as far as they are there. */
	private boolean fill(ByteBuffer in, ByteBuffer target) throws IOException {
		in.compact().limit(Math.min(in.capacity(), Math.max(Scratch.RECORD_IN_BYTES, target.remaining())));
		int room = in.remaining();
		int count;
		try {
			count = below().read(in);
		}
		finally {
			in.flip();
		}
		this.drained = count < room;
		if (count > 0 && !this.started) {
			start();
		}
		if (count < 0) {
			endOfStream(in);
		}
		return count > 0;
	}

	private void start() {
		this.started = true;
		this.startedAt = System.nanoTime();
		this.startedAtInMillis = System.currentTimeMillis();
	}

	/** FIN has come, and no close_notify before it. */
	private void endOfStream(ByteBuffer in) throws WireException {
		if (!this.handshakeFinished) {
			if (!this.engine.getUseClientMode() && !this.started && !in.hasRemaining()) {
				// The client has not begun: this is no business of TLS.
				this.inputEnded = true;
				return;
			}
			throw failHandshake(TlsFailure.cut("FIN"), NOTHING);
		}
		if (this.acceptsTruncation) {
			endInput(false);
			return;
		}
		this.listener.inputEnded(false);
		throw WireException.reset(Outcome.TLS_TRUNCATED, "FIN came without close_notify");
	}

	private void endInput(boolean closeNotify) {
		this.inputEnded = true;
		this.listener.inputEnded(closeNotify);
	}

	// Writing

	@Override
	public int write(ByteBuffer source) throws IOException {
		advanceHandshake();
		int start = source.position();
		if (this.inputEnded && !this.handshakeFinished) {
			// The client has sent FIN instead of a handshake. These bytes can never be
			// sent, and must not keep the connection from its end.
			source.position(source.limit());
		}
		while (this.handshakeFinished && source.hasRemaining() && this.output.flush()) {
			if (this.inputEnded && this.closesBothWays) {
				throw WireException.reset(Outcome.CLOSED_BY_PEER,
						"close_notify of TLS 1.2 came before the reply, and ends both directions");
			}
			ByteBuffer out = this.scratch.output();
			if (wrap(source, out).bytesProduced() == 0) {
				break;
			}
			this.output.send(out.flip());
		}
		return source.position() - start;
	}

	@Override
	public boolean flush() throws IOException {
		advanceHandshake();
		return this.output.flush() && super.flush();
	}

	private void advanceHandshake() throws IOException {
		if (!this.handshakeFinished) {
			if (!this.started && this.engine.getUseClientMode()) {
				start();
				this.engine.beginHandshake();
			}
			advance(NOTHING);
		}
	}

	@Override
	public boolean endOutput() throws IOException {
		if (this.working) {
			return false;
		}
		if (!this.handshakeFinished) {
			// A client has still to send its bytes; a server has nothing to say.
			return !this.engine.getUseClientMode() && flush();
		}
		if (this.endOfOutput == EndOfOutput.FIN) {
			return flush() && super.endOutput();
		}
		if (!this.outputEnded) {
			this.outputEnded = true;
			this.engine.closeOutbound();
		}
		while (this.output.flush() && !this.engine.isOutboundDone()) {
			ByteBuffer out = this.scratch.output();
			if (wrap(NOTHING, out).bytesProduced() == 0) {
				break;
			}
			this.output.send(out.flip());
		}
		boolean ended = this.output.isEmpty() && super.endOutput();
		if (ended && !this.closeNotifySent) {
			this.closeNotifySent = true;
			this.listener.closeNotifySent();
		}
		return ended;
	}

	@Override
	public boolean isEndedByFin() {
		return this.endOfOutput != EndOfOutput.CLOSE_NOTIFY && super.isEndedByFin();
	}

	/** Send what the engine has to say, in as few writes as there is room for. */
	private boolean sendHandshake() throws IOException {
		if (!this.output.flush()) {
			return false;
		}
		ByteBuffer out = this.scratch.output();
		boolean more = true;
		while (more && out.remaining() >= Scratch.RECORD_IN_BYTES) {
			more = wrap(NOTHING, out).bytesProduced() > 0
					&& this.engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
		}
		boolean produced = out.position() > 0;
		this.output.send(out.flip());
		return produced;
	}

	// The engine

	private SSLEngineResult unwrap(ByteBuffer in, ByteBuffer target) throws WireException {
		SSLEngineResult result;
		try {
			result = this.engine.unwrap(in, target);
		}
		catch (SSLException | RuntimeException ex) {
			throw failed(ex);
		}
		this.recordSeen |= result.bytesConsumed() > 0;
		return checked(result);
	}

	private SSLEngineResult wrap(ByteBuffer source, ByteBuffer out) throws WireException {
		SSLEngineResult result;
		try {
			result = this.engine.wrap(source, out);
		}
		catch (SSLException | RuntimeException ex) {
			throw failed(ex);
		}
		return checked(result);
	}

	private SSLEngineResult checked(SSLEngineResult result) {
		if (result.getHandshakeStatus() == HandshakeStatus.FINISHED && !this.handshakeFinished) {
			this.handshakeFinished = true;
			Duration time = Duration.ofNanos(System.nanoTime() - this.startedAt);
			TlsDetails details = SessionDetails.of(this.engine, this.startedAtInMillis, time);
			this.closesBothWays = !details.protocol().equals("TLSv1.3");
			this.host.secured(this.engine.getSession(), details);
			this.listener.handshakeFinished(this.engine.getSession(), details, time);
		}
		return result;
	}

	/** Let other threads do the engine's arithmetic; a turn follows. */
	private void work() throws WireException {
		if (this.handshakeFinished) {
			throw failed(new SSLException("The peer wants to negotiate again"));
		}
		this.working = true;
		this.host.offload(this.threads, () -> {
			try {
				Runnable task;
				while ((task = this.engine.getDelegatedTask()) != null) {
					task.run();
				}
			}
			finally {
				this.working = false;
			}
		});
	}

	// Failures

	private WireException failed(Exception cause) {
		TlsFailure failure = TlsFailure.of(cause);
		if (this.handshakeFinished) {
			this.listener.failed(failure, true);
			return WireException.reset(Outcome.TLS_FAILED, failure.message());
		}
		return failHandshake(failure, alert());
	}

	/** Return the engine's alert, nothing if it has none. */
	private ByteBuffer alert() {
		ByteBuffer out = this.scratch.output();
		try {
			while (this.engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
					&& out.remaining() >= Scratch.RECORD_IN_BYTES
					&& this.engine.wrap(NOTHING, out).bytesProduced() > 0) {
				// Each call adds a record.
			}
		}
		catch (SSLException | RuntimeException ex) {
			// The failure itself is reported; it has no alert then.
		}
		return out.flip();
	}

	private WireException failHandshake(TlsFailure failure, ByteBuffer alert) {
		this.listener.failed(failure, false);
		try {
			if (this.output.flush() && alert.hasRemaining()) {
				below().write(alert);
			}
		}
		catch (IOException ex) {
			// The peer has gone without waiting for it.
		}
		return WireException.fin(Outcome.TLS_FAILED, failure.message());
	}

	// What the connection asks

	@Override
	public int interest(int wanted) {
		boolean waitsToWrite = !this.output.isEmpty();
		int ops = this.handshakeFinished ? wanted : waitsToWrite ? 0 : SelectionKey.OP_READ;
		return super.interest(waitsToWrite ? ops | SelectionKey.OP_WRITE : ops);
	}

	@Override
	public boolean isEstablished() {
		return this.handshakeFinished && super.isEstablished();
	}

	@Override
	public void expired() throws WireException {
		if (this.started && !this.handshakeFinished) {
			TlsFailure failure = TlsFailure.timeout();
			this.listener.failed(failure, false);
			throw WireException.reset(Outcome.TLS_FAILED, failure.message());
		}
		super.expired();
	}

	@Override
	public boolean holdsInput() {
		return this.handshakeFinished && (this.plain != null || this.failure != null
				|| (this.inputEnded && !this.endTold) || holdsRecord() || super.holdsInput());
	}

	private boolean holdsRecord() {
		ByteBuffer in = this.input;
		return in != null && Records.isComplete(in)
				&& (this.output.isEmpty() || this.engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP);
	}

	@Override
	public int held() {
		return size(this.input) + size(this.plain) + this.output.held() + super.held();
	}

	private static int size(@Nullable ByteBuffer kept) {
		return (kept != null) ? kept.capacity() : 0;
	}

}
