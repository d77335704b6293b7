package io.tcpecho.proxy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

import io.tcpecho.connection.ProxyRefusal;
import io.tcpecho.proxy.ProxyHeader.Command;
import io.tcpecho.proxy.ProxyHeader.Transport;
import io.tcpecho.text.Ipv4Text;
import io.tcpecho.text.Ipv6Text;
import io.tcpecho.text.SocketAddresses;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of version 1: {@code PROXY}, the protocol, two addresses and two ports,
 * each after one blank, then a carriage return and a line feed.
 */
final class TextGrammar implements HeaderGrammar {

	private static final String UNKNOWN = "UNKNOWN";

	/** The offset of the carriage return in the longest line. */
	private static final int LAST_RETURN_AT = ProxyHeader.MAX_TEXT_SIZE_IN_BYTES - 2;

	private static final int MAX_PORT = 65_535;

	private int size;

	private Part part = Part.SIGNATURE;

	/** How many bytes of the part were read. */
	private int index;

	private Transport transport = Transport.UNSPECIFIED;

	private Address address = new Address(false);

	private int port;

	private final InetAddress[] addresses = new InetAddress[2];

	private int sourcePort;

	@Override
	public boolean accept(int value) throws ProxyHeaderException {
		boolean complete = false;
		switch (this.part) {
			case SIGNATURE -> signature(value);
			case PROTOCOL -> protocol(value);
			case UNKNOWN -> unknown(value);
			case IGNORED -> ignored(value);
			case IGNORED_RETURN -> complete = ignoredReturn(value);
			case SOURCE, DESTINATION -> address(value);
			case SOURCE_PORT, DESTINATION_PORT -> port(value);
			case LINE_FEED -> complete = lineFeed(value);
		}
		this.size++;
		this.index++;
		return complete;
	}

	private void begin(Part next) {
		this.part = next;
		this.index = -1;
	}

	private void signature(int value) throws ProxyHeaderException {
		String signature = ProxyHeader.TEXT_SIGNATURE;
		if (value != signature.charAt(this.index)) {
			throw ProxyHeaderException.at(ProxyRefusal.MISSING, this.size, value,
					"version 1 begins with 'PROXY' and a blank");
		}
		if (this.index == signature.length() - 1) {
			begin(Part.PROTOCOL);
		}
	}

	/** Read the first letter of the protocol, or the rest of {@code TCP4 }. */
	private void protocol(int value) throws ProxyHeaderException {
		if (this.index == 0 && value == UNKNOWN.charAt(0)) {
			this.part = Part.UNKNOWN;
			return;
		}
		boolean right = switch (this.index) {
			case 0, 1, 2 -> value == "TCP".charAt(this.index);
			case 3 -> value == '4' || value == '6';
			default -> value == ' ';
		};
		if (!right) {
			throw invalid(value, "the protocol is TCP4, TCP6 or UNKNOWN, and a blank follows");
		}
		if (this.index == 3) {
			this.transport = (value == '4') ? Transport.TCP4 : Transport.TCP6;
		}
		else if (this.index == 4) {
			this.address = new Address(this.transport == Transport.TCP6);
			begin(Part.SOURCE);
		}
	}

	private void unknown(int value) throws ProxyHeaderException {
		if (this.index < UNKNOWN.length()) {
			if (value != UNKNOWN.charAt(this.index)) {
				throw invalid(value, "the protocol is TCP4, TCP6 or UNKNOWN");
			}
		}
		else if (value == ' ' || value == '\r') {
			begin((value == ' ') ? Part.IGNORED : Part.LINE_FEED);
		}
		else {
			throw invalid(value, "a blank or the end of the line follows UNKNOWN");
		}
	}

	/** Skip what an UNKNOWN header has before its end. */
	private void ignored(int value) throws ProxyHeaderException {
		if (this.size > ((value == '\r') ? LAST_RETURN_AT : LAST_RETURN_AT - 1)) {
			throw ProxyHeaderException.at(ProxyRefusal.TOO_LONG, this.size, value,
					"a line of version 1 ends within " + ProxyHeader.MAX_TEXT_SIZE_IN_BYTES + " bytes");
		}
		this.part = (value == '\r') ? Part.IGNORED_RETURN : Part.IGNORED;
	}

	private boolean ignoredReturn(int value) throws ProxyHeaderException {
		if (value == '\n') {
			return true;
		}
		ignored(value);
		return false;
	}

	private void address(int value) throws ProxyHeaderException {
		if (value != ' ') {
			if (!this.address.accept(value)) {
				throw invalid(value, "no address of " + this.transport + " has it here");
			}
			return;
		}
		if (!this.address.isComplete()) {
			throw invalid(value, "the address of " + this.transport + " before it is not complete");
		}
		boolean source = this.part == Part.SOURCE;
		this.addresses[source ? 0 : 1] = SocketAddresses.ofBytes(this.address.bytes());
		this.address = new Address(this.transport == Transport.TCP6);
		begin(source ? Part.DESTINATION : Part.SOURCE_PORT);
	}

	private void port(int value) throws ProxyHeaderException {
		boolean source = this.part == Part.SOURCE_PORT;
		if (value == (source ? ' ' : '\r') && this.index > 0) {
			begin(source ? Part.DESTINATION_PORT : Part.LINE_FEED);
			if (source) {
				this.sourcePort = this.port;
				this.port = 0;
			}
			return;
		}
		boolean leadingZero = this.index > 0 && this.port == 0;
		if (value < '0' || value > '9' || leadingZero || 10 * this.port + value - '0' > MAX_PORT) {
			throw invalid(value, "a port is a number from 0 to " + MAX_PORT + " without leading zeros, and "
					+ (source ? "a blank" : "a carriage return") + " follows");
		}
		this.port = 10 * this.port + value - '0';
	}

	private boolean lineFeed(int value) throws ProxyHeaderException {
		if (value != '\n') {
			throw invalid(value, "a line feed follows the carriage return");
		}
		return true;
	}

	private ProxyHeaderException invalid(int value, String rule) {
		return ProxyHeaderException.invalid(this.size, value, rule);
	}

	@Override
	public boolean isRecognized() {
		return this.part != Part.SIGNATURE;
	}

	@Override
	public ProxyHeader header() {
		if (this.transport == Transport.UNSPECIFIED) {
			return ProxyHeader.withoutAddresses(1, Command.PROXY);
		}
		return new ProxyHeader(1, Command.PROXY, this.transport,
				new InetSocketAddress(this.addresses[0], this.sourcePort),
				new InetSocketAddress(this.addresses[1], this.port), List.of());
	}

	@Override
	public int held() {
		return ProxyHeader.MAX_TEXT_SIZE_IN_BYTES;
	}

	private enum Part {

		SIGNATURE, PROTOCOL, UNKNOWN, IGNORED, IGNORED_RETURN, SOURCE, DESTINATION, SOURCE_PORT, DESTINATION_PORT,
		LINE_FEED

	}

	/** An address that is being read. */
	private static final class Address {

		private final @Nullable Ipv4Text ipv4;

		private final Ipv6Text ipv6 = new Ipv6Text();

		Address(boolean six) {
			this.ipv4 = six ? null : new Ipv4Text();
		}

		boolean accept(int character) {
			return (this.ipv4 != null) ? this.ipv4.accept(character) : this.ipv6.accept(character);
		}

		boolean isComplete() {
			return (this.ipv4 != null) ? this.ipv4.isComplete() : this.ipv6.isComplete();
		}

		byte[] bytes() {
			return (this.ipv4 != null) ? this.ipv4.bytes() : this.ipv6.bytes();
		}

	}

}
