package io.tcpecho.proxy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.tcpecho.proxy.ProxyHeader.Tlv;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of a block of additions: type, length in two bytes, value, one after the
 * other up to the last byte of the block. Values whose form the specification fixes are
 * checked; types that it does not name are accepted.
 */
final class TlvGrammar {

	/** The grammar of an empty block. */
	static final TlvGrammar NONE = new TlvGrammar(0);

	static final int NO_CHECKSUM = -1;

	static final int CHECKSUM_SIZE_IN_BYTES = 4;

	/** The type and the length before a value. */
	static final int PREFIX_SIZE_IN_BYTES = 3;

	/** The flags and the result of the check that the value of SSL begins with. */
	static final int SSL_PREFIX_SIZE_IN_BYTES = 5;

	private final boolean nested;

	/** How many bytes of the block are still to come. */
	private int remaining;

	/** How many bytes of the addition were read. */
	private int index;

	private int type;

	private int length;

	private @Nullable TlvGrammar inner;

	private @Nullable TextCheck text;

	private int checksumAt = NO_CHECKSUM;

	/** Create the grammar of a block of so many bytes. */
	TlvGrammar(int sizeInBytes) {
		this(sizeInBytes, false);
	}

	private TlvGrammar(int sizeInBytes, boolean nested) {
		this.remaining = sizeInBytes;
		this.nested = nested;
	}

	/** Return where in the header the checksum is, {@link #NO_CHECKSUM} without one. */
	int checksumAt() {
		return this.checksumAt;
	}

	/**
	 * Take the next byte of the block.
	 * @param offset its place in the header
	 */
	void accept(int value, int offset) throws ProxyHeaderException {
		switch (this.index) {
			case 0 -> type(value, offset);
			case 1 -> this.length = value << 8;
			case 2 -> this.length |= value;
			default -> value(value, offset);
		}
		this.index++;
		this.remaining--;
		if (this.index <= PREFIX_SIZE_IN_BYTES && this.index > 1) {
			checkLength(value, offset);
		}
		if (this.index >= PREFIX_SIZE_IN_BYTES && this.index == PREFIX_SIZE_IN_BYTES + this.length) {
			this.index = 0;
		}
	}

	/** Return whether additions can fill a block of so many bytes. */
	static boolean fits(int sizeInBytes) {
		return sizeInBytes == 0 || sizeInBytes >= PREFIX_SIZE_IN_BYTES;
	}

	private void type(int value, int offset) throws ProxyHeaderException {
		this.type = value;
		int least = this.nested ? 0
				: (value == Tlv.CRC32C) ? CHECKSUM_SIZE_IN_BYTES : (value == Tlv.SSL) ? SSL_PREFIX_SIZE_IN_BYTES : 0;
		int rest = this.remaining - PREFIX_SIZE_IN_BYTES - least;
		if (least > 0 && (rest < 0 || !fits(rest))) {
			throw ProxyHeaderException.invalid(offset, value, String
				.format("the addition 0x%02X does not fit into the %d bytes that are left", value, this.remaining));
		}
		if (!this.nested && value == Tlv.CRC32C && this.checksumAt != NO_CHECKSUM) {
			throw ProxyHeaderException.invalid(offset, value, "the header has a checksum already");
		}
	}

	private void checkLength(int value, int offset) throws ProxyHeaderException {
		int left = this.remaining - (PREFIX_SIZE_IN_BYTES - this.index);
		boolean whole = this.index == PREFIX_SIZE_IN_BYTES;
		if (this.length > left) {
			throw ProxyHeaderException.invalid(offset, value,
					String.format("the addition 0x%02X has %s%d bytes, and %d are left of the block", this.type,
							whole ? "" : "at least ", this.length, left));
		}
		if (whole && !fits(left - this.length)) {
			throw ProxyHeaderException.invalid(offset, value, "it leaves " + (left - this.length)
					+ " bytes, and an addition has at least " + PREFIX_SIZE_IN_BYTES);
		}
		if (!this.nested && this.type == Tlv.UNIQUE_ID && this.length > Tlv.MAX_UNIQUE_ID_SIZE_IN_BYTES) {
			throw ProxyHeaderException.invalid(offset, value,
					"a unique id has at most " + Tlv.MAX_UNIQUE_ID_SIZE_IN_BYTES + " bytes");
		}
		if (!this.nested && this.type == Tlv.CRC32C && (whole ? this.length != CHECKSUM_SIZE_IN_BYTES : value != 0)) {
			throw ProxyHeaderException.invalid(offset, value, "a checksum has " + CHECKSUM_SIZE_IN_BYTES + " bytes");
		}
		if (whole) {
			beginValue(value, offset);
		}
	}

	private void beginValue(int value, int offset) throws ProxyHeaderException {
		this.text = TextCheck.of(this.type, this.nested);
		this.inner = null;
		if (this.nested) {
			return;
		}
		if (this.type == Tlv.CRC32C) {
			this.checksumAt = offset + 1;
		}
		else if (this.type == Tlv.SSL) {
			int rest = this.length - SSL_PREFIX_SIZE_IN_BYTES;
			if (rest < 0 || !fits(rest)) {
				throw ProxyHeaderException.invalid(offset, value, "the addition SSL has " + this.length
						+ " bytes: it needs " + SSL_PREFIX_SIZE_IN_BYTES + ", and more for additions of its own");
			}
			this.inner = new TlvGrammar(rest, true);
		}
	}

	private void value(int value, int offset) throws ProxyHeaderException {
		int left = PREFIX_SIZE_IN_BYTES + this.length - this.index - 1;
		if (this.text != null && !this.text.accept(value, left)) {
			throw ProxyHeaderException.invalid(offset, value,
					String.format("the addition 0x%02X is a text in %s", this.type, this.text.encoding()));
		}
		if (this.inner != null && this.index >= PREFIX_SIZE_IN_BYTES + SSL_PREFIX_SIZE_IN_BYTES) {
			this.inner.accept(value, offset);
		}
	}

	/**
	 * Return the additions of a block that this grammar has accepted.
	 * @param start the offset of the block's first byte
	 * @param end the offset behind its last
	 */
	static List<Tlv> split(byte[] bytes, int start, int end) {
		List<Tlv> tlvs = new ArrayList<>();
		int at = start;
		while (at < end) {
			int from = at + PREFIX_SIZE_IN_BYTES;
			int to = from + ((bytes[at + 1] & 0xFF) << 8 | bytes[at + 2] & 0xFF);
			tlvs.add(new Tlv(bytes[at] & 0xFF, Arrays.copyOfRange(bytes, from, to)));
			at = to;
		}
		return tlvs;
	}

}
