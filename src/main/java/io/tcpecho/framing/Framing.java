package io.tcpecho.framing;

/**
 * The wire formats, each with the pair that reads and writes it. To add one is to write
 * its {@link FrameDeserializer} and {@link FrameSerializer} and to name them here.
 */
public enum Framing {

	/** The peer's FIN ends the one message of a connection. */
	EOF {
		@Override
		public FrameDeserializer deserializer(int maxMessageSize) {
			return new EofTerminatedDeserializer(maxMessageSize);
		}

		@Override
		public FrameSerializer serializer() {
			return FrameSerializer.UNFRAMED;
		}
	},

	/** A line feed (0x0A) ends each message of a connection that stays open. */
	LINE {
		@Override
		public FrameDeserializer deserializer(int maxMessageSize) {
			return new LineFeedDeserializer(maxMessageSize);
		}

		@Override
		public FrameSerializer serializer() {
			return FrameSerializer.LINE_FEED;
		}
	};

	/**
	 * Return a deserializer that cuts messages out of a byte stream.
	 * @param maxMessageSize the most payload bytes of one message, at least 1
	 */
	public abstract FrameDeserializer deserializer(int maxMessageSize);

	/**
	 * Return the serializer that makes a reply of a payload.
	 */
	public abstract FrameSerializer serializer();

}
