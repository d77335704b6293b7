package io.tcpecho.lab;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.framing.FrameDeserializer;
import io.tcpecho.wire.Wire;

/**
 * The lab of one listener: what reads its messages, what answers them, the layer that
 * lets each connection end as it asks, and the memory of the connections that were named.
 * Any thread may call it.
 */
public final class Lab {

	/** The characters that a reply of a given size repeats, from ! to ~. */
	private static final int PATTERN_LENGTH = 94;

	private static final byte[] PIECE = piece();

	private static final String NO_ROWS = "no target of this server has a lab-port";

	private final LabLimits limits;

	private final LabRows rows;

	private final SeenConnections connections = new SeenConnections(System::nanoTime);

	/** Create a lab. */
	public Lab(LabLimits limits, LabRows rows) {
		this.limits = limits;
		this.rows = rows;
	}

	private static byte[] piece() {
		byte[] piece = new byte[PATTERN_LENGTH * 697];
		for (int i = 0; i < piece.length; i++) {
			piece[i] = (byte) ('!' + i % PATTERN_LENGTH);
		}
		return piece;
	}

	/** Return what reads the messages. */
	public FrameDeserializer deserializer() {
		return new LabDeserializer(this.limits);
	}

	/** Return the layer of each connection. */
	public Wire.Layer layer() {
		return (below, host) -> new LabWire(below, host, this.limits, this.connections);
	}

	/** Return what has to be told of the end of each connection. */
	public ListenerObserver observer() {
		return this.connections;
	}

	/**
	 * Return the reply to a message: its bytes, nothing, a pattern, what is known of a
	 * token, what the monitor sees, or why its first line cannot be followed.
	 */
	public LabAnswer answer(byte[] message) {
		FirstLine line = new FirstLine(this.limits);
		ByteBuffer bytes = ByteBuffer.wrap(message);
		if (!line.take(bytes)) {
			line.endOfStream();
		}
		LabRequest request = line.request();
		if (request == null || request.kind() == LabRequest.Kind.REFUSED) {
			return error((request != null) ? request.error() : "");
		}
		if (request.kind() == LabRequest.Kind.ROWS) {
			String rows = this.rows.json();
			return (rows != null) ? text(rows) : error(NO_ROWS);
		}
		if (request.token() != null && request.kind() == LabRequest.Kind.SEEN) {
			return text(this.connections.describe(request.token()));
		}
		return request.isEcho() ? LabAnswer.of(Arrays.copyOfRange(message, bytes.position(), message.length))
				: (request.replySize() <= PIECE.length) ? LabAnswer.of(Arrays.copyOf(PIECE, (int) request.replySize()))
						: new LabAnswer(PIECE, request.replySize());
	}

	private static LabAnswer error(String message) {
		return text("{\"error\": \"" + message + "\"}");
	}

	private static LabAnswer text(String line) {
		return LabAnswer.of((line + "\n").getBytes(StandardCharsets.UTF_8));
	}

}
