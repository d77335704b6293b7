package io.tcpecho.tls;

import java.nio.ByteBuffer;

/**
 * What the header of a TLS record tells (RFC 8446, section 5.1): a type, a version of two
 * bytes, and a length of two.
 */
final class Records {

	private static final int HEADER_IN_BYTES = 5;

	private static final int ALERT = 21;

	private static final int HANDSHAKE = 22;

	private static final int MAJOR_VERSION = 3;

	/** An alert before any key is agreed on: fatal, unexpected_message. */
	private static final byte[] UNEXPECTED_MESSAGE = { ALERT, MAJOR_VERSION, 3, 0, 2, 2, 10 };

	private Records() {
	}

	/**
	 * Return whether bytes can be the begin of a record of a handshake.
	 * @param bytes at least one
	 * @param begun whether a record has come before: then it may have any type
	 */
	static boolean isTls(ByteBuffer bytes, boolean begun) {
		int type = bytes.get(bytes.position()) & 0xFF;
		return (type == HANDSHAKE || type == ALERT || begun)
				&& (bytes.remaining() == 1 || bytes.get(bytes.position() + 1) == MAJOR_VERSION);
	}

	/** Return whether an alert comes next, encrypted as TLS 1.2 does. */
	static boolean isAlert(ByteBuffer bytes) {
		return bytes.hasRemaining() && bytes.get(bytes.position()) == ALERT;
	}

	/** Return whether bytes begin with a whole record. */
	static boolean isComplete(ByteBuffer bytes) {
		return bytes.remaining() >= HEADER_IN_BYTES
				&& bytes.remaining() >= HEADER_IN_BYTES + (bytes.getShort(bytes.position() + 3) & 0xFFFF);
	}

	/** Return the alert for bytes that are no TLS. */
	static ByteBuffer unexpectedMessage() {
		return ByteBuffer.wrap(UNEXPECTED_MESSAGE).asReadOnlyBuffer();
	}

}
