package io.tcpecho.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import javax.net.ssl.SSLSession;

import io.tcpecho.connection.TlsDetails;
import io.tcpecho.testing.StrictHost;
import io.tcpecho.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * One end of a {@link MemoryLink} with its TLS, what it was told, and what it has read.
 */
final class TlsEnd implements StrictHost, TlsListener {

	private final Wire wire;

	private final ByteBuffer output;

	private final ByteBuffer input;

	private final ByteArrayOutputStream received = new ByteArrayOutputStream();

	private final List<String> events = new ArrayList<>();

	private @Nullable TlsFailure failure;

	private @Nullable TlsDetails details;

	private @Nullable IOException thrown;

	private boolean ended;

	private boolean outputEnded;

	private int mostHeld;

	/**
	 * Create an end.
	 * @param message what it sends, and then the end of its stream
	 * @param readSize the room for each read
	 */
	TlsEnd(Wire below, LayerFactory layer, byte[] message, int readSize) {
		this.output = ByteBuffer.wrap(message);
		this.input = ByteBuffer.allocateDirect(readSize);
		this.wire = layer.create(Runnable::run, this).on(below, this);
	}

	/** Do what can be done now. */
	void turn() {
		try {
			this.wire.flush();
			if (this.output.hasRemaining()) {
				this.wire.write(this.output);
			}
			read();
			if (!this.output.hasRemaining() && this.wire.flush() && !this.outputEnded) {
				this.outputEnded = this.details != null && this.wire.endOutput();
			}
		}
		catch (IOException ex) {
			this.thrown = ex;
		}
		this.mostHeld = Math.max(this.mostHeld, this.wire.held());
	}

	/** Do what can be done now for the handshake, and send nothing else. */
	void handshake() {
		try {
			this.wire.flush();
		}
		catch (IOException ex) {
			this.thrown = ex;
		}
	}

	private void read() throws IOException {
		int count = 1;
		while (count > 0 && !this.ended) {
			count = this.wire.read(this.input.clear());
			this.ended = count < 0;
			byte[] bytes = new byte[Math.max(0, count)];
			this.input.flip().get(bytes);
			this.received.writeBytes(bytes);
		}
	}

	Wire wire() {
		return this.wire;
	}

	byte[] received() {
		return this.received.toByteArray();
	}

	/** Return whether the stream of the other end has ended. */
	boolean hasEnded() {
		return this.ended;
	}

	@Nullable IOException thrown() {
		return this.thrown;
	}

	@Nullable TlsFailure failure() {
		return this.failure;
	}

	@Nullable TlsDetails details() {
		return this.details;
	}

	List<String> events() {
		return this.events;
	}

	int mostHeld() {
		return this.mostHeld;
	}

	@Override
	public void handshakeFinished(SSLSession session, TlsDetails details, Duration time) {
		this.events.add("handshake finished");
	}

	@Override
	public void failed(TlsFailure failure, boolean handshakeFinished) {
		this.failure = failure;
		this.events.add(handshakeFinished ? "failed" : "handshake failed");
	}

	@Override
	public void inputEnded(boolean closeNotify) {
		this.events.add(closeNotify ? "close_notify" : "no close_notify");
	}

	@Override
	public void closeNotifySent() {
		this.events.add("close_notify sent");
	}

	@Override
	public long now() {
		return System.nanoTime();
	}

	@Override
	public void offload(Executor threads, Runnable slow) {
		threads.execute(slow);
	}

	@Override
	public void secured(SSLSession session, TlsDetails details) {
		this.details = details;
	}

	/** Makes the layer of an end. */
	interface LayerFactory {

		Wire.Layer create(Executor threads, TlsListener listener);

	}

}
