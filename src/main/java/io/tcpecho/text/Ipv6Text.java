package io.tcpecho.text;

import org.jspecify.annotations.Nullable;

/**
 * Reads an IPv6 address in a form of RFC 4291, one character at a time: groups of one to
 * four hexadecimal digits, at most one {@code ::} for at least one group of zeros, and an
 * IPv4 address in place of the last two groups. It knows no zones.
 */
public final class Ipv6Text {

	private static final int GROUPS = 8;

	private static final int NO_GAP = -1;

	private final int[] groups = new int[GROUPS];

	private int count;

	/** The number of groups before {@code ::}. */
	private int gapAt = NO_GAP;

	/** How many colons were read just before. */
	private int colons;

	/** The digits of the group that is being read. */
	private final StringBuilder digits = new StringBuilder(4);

	/** Reads the last two groups, if these are an IPv4 address. */
	private @Nullable Ipv4Text tail;

	/**
	 * Take the next character.
	 * @return whether an address can have it at this place
	 */
	public boolean accept(int character) {
		if (this.tail != null) {
			return this.tail.accept(character);
		}
		return switch (character) {
			case ':' -> acceptColon();
			case '.' -> acceptDot();
			default -> acceptDigit(character);
		};
	}

	private boolean acceptDigit(int character) {
		boolean hexadecimal = character < 128 && Character.digit(character, 16) >= 0;
		boolean loneColonFirst = this.colons == 1 && this.count == 0;
		if (!hexadecimal || this.digits.length() == 4 || this.count == most() || loneColonFirst) {
			return false;
		}
		this.digits.append((char) character);
		this.colons = 0;
		return true;
	}

	/** Return the largest number of groups that are written. */
	private int most() {
		return (this.gapAt != NO_GAP) ? GROUPS - 1 : GROUPS;
	}

	private boolean acceptColon() {
		if (!this.digits.isEmpty()) {
			endGroup();
			this.colons = 1;
			return this.count < most();
		}
		this.colons++;
		if (this.colons == 1) {
			return true;
		}
		if (this.colons > 2 || this.gapAt != NO_GAP) {
			return false;
		}
		this.gapAt = this.count;
		return true;
	}

	private void endGroup() {
		this.groups[this.count++] = Integer.parseInt(this.digits, 0, this.digits.length(), 16);
		this.digits.setLength(0);
	}

	private boolean acceptDot() {
		boolean room = (this.gapAt != NO_GAP) ? this.count + 2 <= most() : this.count + 2 == GROUPS;
		if (this.digits.isEmpty() || !room) {
			return false;
		}
		Ipv4Text ipv4 = new Ipv4Text();
		this.tail = ipv4;
		return this.digits.chars().allMatch(ipv4::accept) && ipv4.accept('.');
	}

	/** Return whether the characters so far are an address. */
	public boolean isComplete() {
		if (this.tail != null) {
			return this.tail.isComplete();
		}
		if (this.gapAt != NO_GAP) {
			return !this.digits.isEmpty() || this.colons == 2;
		}
		return this.count == GROUPS - 1 && !this.digits.isEmpty();
	}

	/** Return the sixteen bytes of the complete address. */
	public byte[] bytes() {
		if (this.tail != null) {
			byte[] ipv4 = this.tail.bytes();
			addGroup(ipv4[0], ipv4[1]);
			addGroup(ipv4[2], ipv4[3]);
			this.tail = null;
			this.digits.setLength(0);
		}
		else if (!this.digits.isEmpty()) {
			endGroup();
		}
		byte[] bytes = new byte[2 * GROUPS];
		for (int i = 0; i < this.count; i++) {
			boolean behindGap = this.gapAt != NO_GAP && i >= this.gapAt;
			int at = 2 * (behindGap ? GROUPS - this.count + i : i);
			bytes[at] = (byte) (this.groups[i] >> 8);
			bytes[at + 1] = (byte) this.groups[i];
		}
		return bytes;
	}

	private void addGroup(byte high, byte low) {
		this.groups[this.count++] = (high & 0xFF) << 8 | (low & 0xFF);
	}

}
