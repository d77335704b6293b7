package io.tcpecho.proxy;

import java.nio.ByteBuffer;

import io.tcpecho.connection.ProxyRefusal;
import org.jspecify.annotations.Nullable;

/**
 * A strict, incremental parser of the PROXY protocol, versions 1 and 2. It takes the
 * bytes as they come and refuses the first one that no valid header has at its place, so
 * that a wrong peer never waits for a deadline.
 *
 * <p>
 * Version 1 is a line of text. An address in it may end like an IPv4 address, as in
 * {@code ::ffff:192.0.2.1}, since HAProxy writes that. Version 2 is binary; the block of
 * a LOCAL header or of one without a transport is skipped, as the specification asks.
 * Everything else is checked: lengths, the texts of the additions, and the checksum if
 * there is one.
 */
public final class ProxyHeaderParser {

	private final int maxSizeInBytes;

	private @Nullable HeaderGrammar grammar;

	private int size;

	/**
	 * Create a parser of one header.
	 * @param maxSizeInBytes the most bytes that a header may have
	 */
	public ProxyHeaderParser(int maxSizeInBytes) {
		this.maxSizeInBytes = maxSizeInBytes;
	}

	/**
	 * Take bytes until the header is complete. The bytes behind it are left in the
	 * buffer.
	 * @return the header, null if more bytes are needed
	 * @throws ProxyHeaderException if the bytes are no header
	 */
	public @Nullable ProxyHeader parse(ByteBuffer bytes) throws ProxyHeaderException {
		while (bytes.hasRemaining()) {
			int value = bytes.get() & 0xFF;
			HeaderGrammar current = this.grammar;
			if (current == null) {
				current = grammarOf(value);
				this.grammar = current;
			}
			boolean complete = current.accept(value);
			this.size++;
			if (complete) {
				return current.header();
			}
		}
		return null;
	}

	private HeaderGrammar grammarOf(int first) throws ProxyHeaderException {
		return switch (first) {
			case 'P' -> new TextGrammar();
			case '\r' -> new BinaryGrammar(this.maxSizeInBytes);
			default -> throw ProxyHeaderException.at(ProxyRefusal.MISSING, 0, first,
					"a header begins with 0x50 (version 1) or 0x0D (version 2)");
		};
	}

	/**
	 * Return the refusal of a header that FIN has cut off.
	 */
	public ProxyHeaderException cutOff() {
		boolean recognized = this.grammar != null && this.grammar.isRecognized();
		return new ProxyHeaderException(recognized ? ProxyRefusal.INVALID : ProxyRefusal.MISSING, (this.size == 0)
				? "FIN came before a PROXY header" : "FIN came after " + this.size + " bytes of a PROXY header");
	}

	/** Return the refusal of a header that is not complete when its time is over. */
	public ProxyHeaderException late() {
		return new ProxyHeaderException(ProxyRefusal.TIMEOUT,
				"The PROXY header is not complete: " + this.size + " bytes have come");
	}

	/** Return the bytes of memory that the parser holds. */
	public int held() {
		return (this.grammar != null) ? this.grammar.held() : 0;
	}

}
