package io.tcpecho.proxy;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

import io.tcpecho.connection.ProxyRefusal;
import io.tcpecho.proxy.ProxyHeader.Command;
import io.tcpecho.proxy.ProxyHeader.Transport;
import io.tcpecho.text.SocketAddresses;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of version 2: a signature, version and command, transport, a length, and a
 * block of that length with two addresses and additions.
 *
 * <p>
 * The bytes are kept until the header is complete, as many as have come: a length alone
 * costs no memory. The block of a header that is only to be skipped is not kept.
 */
final class BinaryGrammar implements HeaderGrammar {

	private static final byte[] SIGNATURE = ProxyHeader.binarySignature();

	private static final int COMMAND_AT = SIGNATURE.length;

	private static final int TRANSPORT_AT = COMMAND_AT + 1;

	private static final int LENGTH_AT = TRANSPORT_AT + 1;

	private static final int FIXED = ProxyHeader.FIXED_SIZE_IN_BYTES;

	private static final int SMALLEST_ARRAY_IN_BYTES = 64;

	private static final byte[] ZEROS = new byte[TlvGrammar.CHECKSUM_SIZE_IN_BYTES];

	private final int maxSizeInBytes;

	/** The bytes so far, without a block that is skipped. */
	private byte[] bytes = new byte[SMALLEST_ARRAY_IN_BYTES];

	private int size;

	private Command command = Command.PROXY;

	private Transport transport = Transport.UNSPECIFIED;

	private int length;

	private TlvGrammar tlvs = TlvGrammar.NONE;

	BinaryGrammar(int maxSizeInBytes) {
		this.maxSizeInBytes = maxSizeInBytes;
	}

	@Override
	public boolean accept(int value) throws ProxyHeaderException {
		if (this.size < COMMAND_AT) {
			signature(value);
		}
		else if (this.size == COMMAND_AT) {
			command(value);
		}
		else if (this.size == TRANSPORT_AT) {
			transport(value);
		}
		else if (this.size < FIXED) {
			length(value);
		}
		else if (!isSkipped() && this.size >= FIXED + this.transport.addressSizeInBytes()) {
			this.tlvs.accept(value, this.size);
		}
		keep(value);
		boolean complete = this.size >= FIXED && this.size == FIXED + this.length;
		if (complete) {
			verifyChecksum(value);
		}
		return complete;
	}

	private void signature(int value) throws ProxyHeaderException {
		if (value != SIGNATURE[this.size]) {
			throw ProxyHeaderException.at(ProxyRefusal.MISSING, this.size, value,
					String.format("the signature of version 2 has 0x%02X there", SIGNATURE[this.size]));
		}
	}

	private void command(int value) throws ProxyHeaderException {
		this.command = switch (value) {
			case 0x20 -> Command.LOCAL;
			case 0x21 -> Command.PROXY;
			default -> throw invalid(value, "version 2 has 0x20 (LOCAL) or 0x21 (PROXY) there");
		};
	}

	/** Take the transport; that of a LOCAL header means nothing. */
	private void transport(int value) throws ProxyHeaderException {
		if (this.command == Command.PROXY) {
			Transport known = Transport.of(value);
			if (known == null) {
				throw invalid(value, "no transport has this number");
			}
			this.transport = known;
		}
	}

	private void length(int value) throws ProxyHeaderException {
		boolean high = this.size == LENGTH_AT;
		this.length |= high ? value << 8 : value;
		if (FIXED + this.length > this.maxSizeInBytes) {
			throw ProxyHeaderException.at(ProxyRefusal.TOO_LONG, this.size, value,
					"the header has at least " + (FIXED + this.length) + " bytes, more than " + this.maxSizeInBytes);
		}
		int addresses = this.transport.addressSizeInBytes();
		if (!high && this.length < addresses) {
			throw invalid(value, "the length is " + this.length + ", and the addresses of " + this.transport + " have "
					+ addresses + " bytes");
		}
		if (!high && !isSkipped() && !TlvGrammar.fits(this.length - addresses)) {
			throw invalid(value, "the length leaves " + (this.length - addresses)
					+ " bytes behind the addresses, fewer than an addition has");
		}
		if (!high) {
			this.tlvs = new TlvGrammar(this.length - addresses);
		}
	}

	private boolean isSkipped() {
		return this.transport == Transport.UNSPECIFIED;
	}

	private void keep(int value) {
		if (this.size < FIXED || !isSkipped()) {
			if (this.size == this.bytes.length) {
				this.bytes = Arrays.copyOf(this.bytes, Math.min(2 * this.size, FIXED + this.length));
			}
			this.bytes[this.size] = (byte) value;
		}
		this.size++;
	}

	/** Compare the checksum, if there is one, with that of the bytes. */
	private void verifyChecksum(int last) throws ProxyHeaderException {
		int at = this.tlvs.checksumAt();
		if (at == TlvGrammar.NO_CHECKSUM) {
			return;
		}
		CRC32C checksum = new CRC32C();
		checksum.update(this.bytes, 0, at);
		checksum.update(ZEROS);
		int behind = at + ZEROS.length;
		checksum.update(this.bytes, behind, this.size - behind);
		int told = ByteBuffer.wrap(this.bytes).getInt(at);
		if ((int) checksum.getValue() != told) {
			throw ProxyHeaderException.at(ProxyRefusal.CHECKSUM, this.size - 1, last,
					String.format("the CRC32C is said to be 0x%08X, and is 0x%08X", told, checksum.getValue()));
		}
	}

	private ProxyHeaderException invalid(int value, String rule) {
		return ProxyHeaderException.invalid(this.size, value, rule);
	}

	@Override
	public boolean isRecognized() {
		return this.size >= SIGNATURE.length;
	}

	@Override
	public ProxyHeader header() {
		if (isSkipped()) {
			return ProxyHeader.withoutAddresses(2, this.command);
		}
		int tlvsAt = FIXED + this.transport.addressSizeInBytes();
		return new ProxyHeader(2, this.command, this.transport, address(0), address(1),
				TlvGrammar.split(this.bytes, tlvsAt, FIXED + this.length));
	}

	/**
	 * Return the source (0) or the destination (1), null if it is no internet address.
	 */
	private @Nullable InetSocketAddress address(int which) {
		int addressSize = switch (this.transport) {
			case TCP4, UDP4 -> 4;
			case TCP6, UDP6 -> 16;
			case UNIX_STREAM, UNIX_DATAGRAM, UNSPECIFIED -> 0;
		};
		if (addressSize == 0) {
			return null;
		}
		ByteBuffer all = ByteBuffer.wrap(this.bytes);
		byte[] address = new byte[addressSize];
		all.get(FIXED + which * addressSize, address);
		int port = all.getShort(FIXED + 2 * addressSize + 2 * which) & 0xFFFF;
		return new InetSocketAddress(SocketAddresses.ofBytes(address), port);
	}

	@Override
	public int held() {
		return this.bytes.length;
	}

}
