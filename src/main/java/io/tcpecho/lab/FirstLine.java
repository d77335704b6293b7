package io.tcpecho.lab;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * The first line of one connection, as it arrives: at most {@value #MAX_LENGTH} bytes
 * with its line feed. Not thread-safe.
 */
final class FirstLine {

	static final int MAX_LENGTH = 256;

	private final LabLimits limits;

	private byte[] bytes = new byte[32];

	private int length;

	private @Nullable LabRequest request;

	FirstLine(LabLimits limits) {
		this.limits = limits;
	}

	/**
	 * Take bytes up to the line feed, and none after it.
	 * @return whether the line is complete
	 */
	boolean take(ByteBuffer in) {
		while (this.request == null && in.hasRemaining()) {
			byte next = in.get();
			if (this.length == this.bytes.length) {
				this.bytes = Arrays.copyOf(this.bytes, 2 * this.length);
			}
			this.bytes[this.length++] = next;
			if (next == '\n') {
				this.request = LabRequest.parse(text(), this.limits);
			}
			else if (this.length == MAX_LENGTH) {
				this.request = LabRequest.refused("the first line has more than " + MAX_LENGTH + " bytes");
			}
		}
		return this.request != null;
	}

	/** The client half-closes before the line feed. */
	void endOfStream() {
		if (this.request == null) {
			this.request = LabRequest.refused("the first line does not end with a line feed");
		}
	}

	private String text() {
		return new String(this.bytes, 0, this.length - 1, StandardCharsets.ISO_8859_1);
	}

	boolean isBegun() {
		return this.length > 0;
	}

	/** Return what the line asks for, null until it is complete. */
	@Nullable LabRequest request() {
		return this.request;
	}

}
