package io.tcpecho.lab;

import java.io.IOException;
import java.nio.ByteBuffer;

import io.tcpecho.framing.FrameDecoder;
import io.tcpecho.framing.FrameDeserializer;
import io.tcpecho.framing.MessageTooLongException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the first line of a connection and the message behind it. Only a message that is
 * to be echoed is kept; it is handed on with the line before it.
 */
final class LabDeserializer extends FrameDeserializer {

	private static final int MAX_ARRAY_LENGTH = Integer.MAX_VALUE - 8;

	private final LabLimits limits;

	LabDeserializer(LabLimits limits) {
		super(limits.maxMessageInBytes());
		this.limits = limits;
	}

	@Override
	public boolean isSingleMessage() {
		return true;
	}

	@Override
	public FrameDecoder newDecoder() {
		return new Decoder(this.limits);
	}

	private static final class Decoder extends FrameDecoder {

		private final LabLimits limits;

		private final FirstLine line;

		/** The bytes behind the first line that have come. */
		private long count;

		Decoder(LabLimits limits) {
			super((int) Math.min(MAX_ARRAY_LENGTH, (long) FirstLine.MAX_LENGTH + limits.maxMessageInBytes()));
			this.limits = limits;
			this.line = new FirstLine(limits);
		}

		@Override
		public boolean decode(ByteBuffer in) throws IOException {
			ByteBuffer arrived = in.duplicate();
			this.line.take(in);
			int ofLine = in.position() - arrived.position();
			LabRequest request = request();
			if (request == null || request.kind() != LabRequest.Kind.LAB) {
				append(arrived, ofLine);
				return request != null;
			}
			int wanted = (request.messageSize() == LabRequest.UNTIL_FIN) ? in.remaining()
					: (int) Math.min(in.remaining(), request.messageSize() - this.count);
			if (request.isEcho() && wanted > this.limits.maxMessageInBytes() - this.count) {
				throw new MessageTooLongException(this.limits.maxMessageInBytes());
			}
			append(arrived, request.isEcho() ? ofLine + wanted : ofLine);
			in.position(in.position() + wanted);
			this.count += wanted;
			return this.count == request.messageSize();
		}

		@Override
		public boolean endOfStream() {
			if (this.line.isBegun()) {
				this.line.endOfStream();
			}
			return this.line.isBegun();
		}

		@Override
		public boolean isInsideMessage() {
			return this.line.isBegun();
		}

		/**
		 * Let a client that has named its wishes be silent for as long as they may be.
		 */
		@Override
		public long patienceInNanos() {
			LabRequest request = request();
			return (request != null && request.kind() == LabRequest.Kind.LAB) ? this.limits.maxWait().toNanos() : 0;
		}

		private @Nullable LabRequest request() {
			return this.line.request();
		}

	}

}
