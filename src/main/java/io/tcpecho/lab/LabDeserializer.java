package io.tcpecho.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

import io.tcpecho.framing.FrameDecoder;
import io.tcpecho.framing.FrameDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the first line of a connection and the message behind it. Only a message that is
 * to be echoed is kept; it is handed on with the line before it.
 */
final class LabDeserializer extends FrameDeserializer {

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

		/** The bytes of the message that have come. */
		private long count;

		Decoder(LabLimits limits) {
			super(limits.maxMessageInBytes());
			this.limits = limits;
			this.line = new FirstLine(limits);
		}

		@Override
		public boolean decode(ByteBuffer in) throws IOException {
			if (!this.line.take(in)) {
				return false;
			}
			LabRequest request = request();
			if (request == null || request.kind() != LabRequest.Kind.LAB) {
				return true;
			}
			int wanted = (request.messageSize() == LabRequest.UNTIL_FIN) ? in.remaining()
					: (int) Math.min(in.remaining(), request.messageSize() - this.count);
			if (!request.isEcho()) {
				in.position(in.position() + wanted);
			}
			else {
				append(in, wanted);
			}
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

		/** Return the line and the part of the message that is kept. */
		@Override
		public byte[] take() {
			byte[] message = super.take();
			byte[] first = this.line.bytes();
			byte[] all = Arrays.copyOf(first, first.length + message.length);
			System.arraycopy(message, 0, all, first.length, message.length);
			return all;
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
