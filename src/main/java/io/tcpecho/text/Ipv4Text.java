package io.tcpecho.text;

import java.util.Arrays;

/**
 * Reads an IPv4 address of four decimal numbers, one character at a time. A number has no
 * leading zero.
 */
public final class Ipv4Text {

	private static final int NUMBERS = 4;

	private final byte[] bytes = new byte[NUMBERS];

	private int index;

	private int digits;

	private int value;

	/**
	 * Take the next character.
	 * @return whether an address can have it at this place
	 */
	public boolean accept(int character) {
		if (character == '.') {
			if (this.digits == 0 || this.index == NUMBERS - 1) {
				return false;
			}
			this.bytes[this.index++] = (byte) this.value;
			this.digits = 0;
			this.value = 0;
			return true;
		}
		boolean leadingZero = this.digits > 0 && this.value == 0;
		if (character < '0' || character > '9' || leadingZero) {
			return false;
		}
		this.value = 10 * this.value + character - '0';
		this.digits++;
		return this.value <= 255;
	}

	/** Return whether the characters so far are an address. */
	public boolean isComplete() {
		return this.index == NUMBERS - 1 && this.digits > 0;
	}

	/** Return the four bytes of the complete address. */
	public byte[] bytes() {
		byte[] address = Arrays.copyOf(this.bytes, NUMBERS);
		address[NUMBERS - 1] = (byte) this.value;
		return address;
	}

}
