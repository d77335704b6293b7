package io.tcpecho.framing;

import java.util.function.IntFunction;

/**
 * The wire formats, each with the pair that reads and writes it. To add one is to write
 * its {@link FrameDeserializer} and to name it here.
 */
public enum Framing {

	/** The peer's FIN ends the one message of a connection. */
	EOF(EofTerminatedDeserializer::new, FrameSerializer.UNFRAMED),

	/** A line feed ends each message. */
	LINE(LineFeedDeserializer::new, FrameSerializer.LINE_FEED),

	/** A carriage return and a line feed end each message. */
	CRLF(CarriageReturnLineFeedDeserializer::new, FrameSerializer.CARRIAGE_RETURN_LINE_FEED),

	/** One byte before each message is its length, at most 255. */
	LENGTH_1((max) -> new LengthHeaderDeserializer(1, Math.min(max, 0xFF)), FrameSerializer.lengthHeader(1)),

	/** Two bytes before each message are its length, at most 65,535. */
	LENGTH_2((max) -> new LengthHeaderDeserializer(2, Math.min(max, 0xFFFF)), FrameSerializer.lengthHeader(2)),

	/** Four bytes before each message are its length. */
	LENGTH_4((max) -> new LengthHeaderDeserializer(4, max), FrameSerializer.lengthHeader(4)),

	/** Each message has the same length: the maximum. */
	FIXED(FixedLengthDeserializer::new, FrameSerializer.UNFRAMED),

	/** There are no messages: bytes are passed on as they come, without a maximum. */
	STREAM((max) -> new StreamDeserializer(), FrameSerializer.UNFRAMED);

	private final IntFunction<FrameDeserializer> deserializer;

	private final FrameSerializer serializer;

	Framing(IntFunction<FrameDeserializer> deserializer, FrameSerializer serializer) {
		this.deserializer = deserializer;
		this.serializer = serializer;
	}

	/**
	 * Return a deserializer that cuts messages out of a byte stream.
	 * @param maxMessageSize the most payload bytes of one message, at least 1
	 */
	public FrameDeserializer deserializer(int maxMessageSize) {
		return this.deserializer.apply(maxMessageSize);
	}

	/** Return the serializer that makes a reply of a payload. */
	public FrameSerializer serializer() {
		return this.serializer;
	}

}
