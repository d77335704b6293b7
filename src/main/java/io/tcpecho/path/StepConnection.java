package io.tcpecho.path;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.nio.Failure;
import io.tcpecho.nio.NioClientConnection;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one step. Everything here runs on the event loop's thread.
 */
final class StepConnection implements NioClientConnection.Protocol {

	/** More than any step expects. */
	private static final int MAX_BYTES = 1 << 20;

	private final EventLoop loop;

	private final Step step;

	private final Duration timeout;

	private final CompletableFuture<StepOutcome> outcome = new CompletableFuture<>();

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private @Nullable NioClientConnection connection;

	private boolean connected;

	/** Whether the message is sent, which the silence precedes. */
	private boolean sent;

	private long since;

	/**
	 * Prepare a connection.
	 * @param timeout how long the connect and, separately, the answer may take
	 */
	StepConnection(EventLoop loop, Step step, Duration timeout) {
		this.loop = loop;
		this.step = step;
		this.timeout = timeout;
	}

	void start(InetSocketAddress peer) {
		this.since = System.nanoTime();
		try {
			NioClientConnection opened = NioClientConnection.open(this.loop, peer, null, this);
			this.connection = opened;
			opened.deadline(this.since + this.timeout.toNanos());
			opened.connect();
		}
		catch (IOException ex) {
			end(StepOutcome.End.LOCAL, String.valueOf(ex.getMessage()));
		}
	}

	/** Return what is completed with how it went. */
	CompletableFuture<StepOutcome> outcome() {
		return this.outcome;
	}

	/** Reset it if it has not ended. */
	void abandon() {
		if (this.connection != null) {
			this.connection.abort();
		}
	}

	@Override
	public void connected() {
		this.connected = true;
		this.since = System.nanoTime();
		connection().deadline(NioClientConnection.NO_DEADLINE);
		try {
			keepAlive(connection().channel());
		}
		catch (IOException ex) {
			connection().abort();
			end(StepOutcome.End.LOCAL, String.valueOf(ex.getMessage()));
			return;
		}
		connection().read();
		if (this.step.line().length > 0) {
			connection().write(this.step.line());
		}
		if (this.step.silence().isZero()) {
			sendMessage();
		}
		else {
			this.loop.schedule(this.step.silence().toNanos(), this::sendMessage);
		}
	}

	private void keepAlive(SocketChannel channel) throws IOException {
		int seconds = (int) this.step.keepAlive().toSeconds();
		if (seconds > 0) {
			channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
			channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, seconds);
			channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, seconds);
		}
	}

	private void sendMessage() {
		if (!connection().isOpen() || this.outcome.isDone()) {
			return;
		}
		this.sent = true;
		this.since = System.nanoTime();
		connection().deadline(this.since + this.step.delay().plus(this.timeout).toNanos());
		if (this.step.message().length > 0) {
			connection().write(this.step.message());
		}
		switch (this.step.end()) {
			case FIN -> connection().finishOutput();
			case RST -> {
				connection().abort();
				end(StepOutcome.End.SILENCE, "");
			}
			case NOTHING -> {
				// The connection is finished when the far end's FIN comes.
			}
		}
	}

	@Override
	public void written(int count) {
	}

	@Override
	public void finSent() {
	}

	@Override
	public void received(ByteBuffer in) {
		if (this.bytes.size() < MAX_BYTES) {
			byte[] next = new byte[in.remaining()];
			in.get(next);
			this.bytes.writeBytes(next);
		}
	}

	@Override
	public void finReceived() {
		connection().finish();
		end(StepOutcome.End.FIN, "");
	}

	@Override
	public void failed(Failure kind, IOException cause) {
		String message = String.valueOf(cause.getMessage());
		switch (kind) {
			case RESET -> end(this.connected ? StepOutcome.End.RST : StepOutcome.End.NOT_CONNECTED, message);
			case TIMEOUT -> end(this.connected ? StepOutcome.End.SILENCE : StepOutcome.End.NOT_CONNECTED, "no answer");
			case REFUSED, UNREACHABLE ->
				end(this.connected ? StepOutcome.End.RST : StepOutcome.End.NOT_CONNECTED, message);
			case LOCAL -> end(StepOutcome.End.LOCAL, message);
		}
	}

	private void end(StepOutcome.End end, String cause) {
		this.outcome.complete(new StepOutcome(this.step, end, this.bytes.toByteArray(), !this.sent,
				Duration.ofNanos(System.nanoTime() - this.since), cause));
	}

	private NioClientConnection connection() {
		NioClientConnection current = this.connection;
		if (current == null) {
			throw new IllegalStateException("Not started");
		}
		return current;
	}

}
