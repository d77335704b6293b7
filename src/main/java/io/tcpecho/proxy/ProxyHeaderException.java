package io.tcpecho.proxy;

import java.io.IOException;

import io.tcpecho.connection.ProxyRefusal;

/**
 * Thrown where bytes are not the PROXY header that must be there: it says why, and which
 * byte is the first wrong one.
 */
public final class ProxyHeaderException extends IOException {

	private final ProxyRefusal refusal;

	ProxyHeaderException(ProxyRefusal refusal, String message) {
		super(message);
		this.refusal = refusal;
	}

	/** Refuse the byte at an offset, which breaks a rule. */
	static ProxyHeaderException invalid(int offset, int value, String rule) {
		return at(ProxyRefusal.INVALID, offset, value, rule);
	}

	/** Refuse the byte at an offset. */
	static ProxyHeaderException at(ProxyRefusal refusal, int offset, int value, String rule) {
		return new ProxyHeaderException(refusal,
				String.format("Byte %d of the PROXY header is 0x%02X: %s", offset + 1, value, rule));
	}

	/** Return the kind of mistake. */
	public ProxyRefusal refusal() {
		return this.refusal;
	}

}
