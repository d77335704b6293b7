package io.tcpecho.proxy;

import io.tcpecho.proxy.ProxyHeader.Tlv;
import org.jspecify.annotations.Nullable;

/**
 * Checks that bytes are a text in US-ASCII or UTF-8, one byte at a time.
 */
final class TextCheck {

	private final boolean ascii;

	/** How many bytes of the character are still to come. */
	private int missing;

	/** The limits of the next byte of the character. */
	private int least;

	private int most;

	private TextCheck(boolean ascii) {
		this.ascii = ascii;
	}

	/** Return the check of an addition's value, null if that is no text. */
	static @Nullable TextCheck of(int type, boolean nested) {
		if (!nested) {
			return switch (type) {
				case Tlv.AUTHORITY -> new TextCheck(false);
				case Tlv.NETNS -> new TextCheck(true);
				default -> null;
			};
		}
		return switch (type) {
			case Tlv.SSL_CN -> new TextCheck(false);
			case Tlv.SSL_VERSION, Tlv.SSL_CIPHER, Tlv.SSL_SIG_ALG, Tlv.SSL_KEY_ALG, Tlv.SSL_GROUP, Tlv.SSL_SIG_SCHEME ->
				new TextCheck(true);
			default -> null;
		};
	}

	/**
	 * Take the next byte.
	 * @param left how many bytes the text has behind it
	 * @return whether a text can have it at this place
	 */
	boolean accept(int value, int left) {
		if (this.missing > 0) {
			boolean right = value >= this.least && value <= this.most;
			this.missing--;
			this.least = 0x80;
			this.most = 0xBF;
			return right;
		}
		if (value < 0x80) {
			return true;
		}
		return !this.ascii && begin(value) && this.missing <= left;
	}

	/** Begin a character of several bytes: the shortest form, and no surrogate. */
	private boolean begin(int first) {
		this.missing = (first >= 0xF0) ? 3 : (first >= 0xE0) ? 2 : 1;
		this.least = switch (first) {
			case 0xE0 -> 0xA0;
			case 0xF0 -> 0x90;
			default -> 0x80;
		};
		this.most = switch (first) {
			case 0xED -> 0x9F;
			case 0xF4 -> 0x8F;
			default -> 0xBF;
		};
		return first >= 0xC2 && first <= 0xF4;
	}

	/** Return the name of the encoding. */
	String encoding() {
		return this.ascii ? "US-ASCII" : "UTF-8";
	}

}
