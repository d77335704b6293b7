package io.tcpecho.monitor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.nio.Failure;
import io.tcpecho.nio.NioClientConnection;
import io.tcpecho.text.Labels;
import org.jspecify.annotations.Nullable;

/**
 * The question to the lab of another replica for its rows: one connection, one line each
 * way. On the loop's thread only.
 */
final class RowsQuestion implements NioClientConnection.Protocol {

	private static final byte[] QUESTION = "ROWS\n".getBytes(StandardCharsets.US_ASCII);

	/** More than the rows of as many targets and addresses as one replica watches. */
	private static final int MOST_BYTES = 1 << 20;

	private final CompletableFuture<byte[]> answer = new CompletableFuture<>();

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private @Nullable NioClientConnection connection;

	/**
	 * Ask.
	 * @param timeout how long the connect and the answer may take
	 * @return completed with the answer, or exceptionally with an {@link IOException}
	 * that says in a few words why there is none
	 */
	static CompletableFuture<byte[]> ask(EventLoop loop, InetSocketAddress peer, Duration timeout) {
		RowsQuestion question = new RowsQuestion();
		try {
			NioClientConnection opened = NioClientConnection.open(loop, peer, null, question);
			question.connection = opened;
			opened.deadline(System.nanoTime() + timeout.toNanos());
			opened.connect();
		}
		catch (IOException ex) {
			question.answer.completeExceptionally(ex);
		}
		return question.answer;
	}

	@Override
	public void connected() {
		NioClientConnection open = connection();
		open.read();
		open.write(QUESTION);
		open.finishOutput();
	}

	@Override
	public void written(int count) {
		// The answer says whether it has come.
	}

	@Override
	public void finSent() {
		// The same.
	}

	@Override
	public void received(ByteBuffer arrived) {
		if (this.bytes.size() + arrived.remaining() > MOST_BYTES) {
			this.answer.completeExceptionally(new IOException("more than " + MOST_BYTES + " bytes came"));
			connection().abort();
			return;
		}
		byte[] copy = new byte[arrived.remaining()];
		arrived.get(copy);
		this.bytes.writeBytes(copy);
	}

	@Override
	public void finReceived() {
		connection().finish();
		this.answer.complete(this.bytes.toByteArray());
	}

	@Override
	public void failed(Failure kind, IOException cause) {
		this.answer.completeExceptionally(new IOException(Labels.of(kind)));
	}

	private NioClientConnection connection() {
		NioClientConnection opened = this.connection;
		if (opened == null) {
			throw new IllegalStateException("Not connected");
		}
		return opened;
	}

}
