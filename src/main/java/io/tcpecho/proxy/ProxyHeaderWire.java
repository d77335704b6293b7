package io.tcpecho.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;

import io.tcpecho.connection.Outcome;
import io.tcpecho.connection.ProxyRefusal;
import io.tcpecho.wire.Layered;
import io.tcpecho.wire.Wire;
import io.tcpecho.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * Takes the PROXY header that a connection begins with, and tells the address that it
 * names. Nothing above it reads or writes a byte before the header is complete.
 *
 * <p>
 * The header is read into the reader's own buffer, and the bytes behind it are moved to
 * its place: this layer keeps no byte of the application, but for those that come while a
 * layer above it waits to write.
 */
final class ProxyHeaderWire extends Layered {

	private static final int AHEAD_SIZE_IN_BYTES = 512;

	private final Wire.Host host;

	private final Sender sender;

	private final long openedAt;

	/** Null as soon as the header is complete, or if none is expected. */
	private @Nullable ProxyHeaderParser parser;

	/** Bytes of the application that came with the header, null if there are none. */
	private @Nullable ByteBuffer ahead;

	private boolean begun;

	/** The memory of the details, as long as the connection lives. */
	private int detailsSizeInBytes;

	ProxyHeaderWire(Wire below, Wire.Host host, Sender sender, int maxSizeInBytes) {
		super(below);
		this.host = host;
		this.sender = sender;
		this.openedAt = host.now();
		this.parser = (sender == Sender.CLIENT) ? null : new ProxyHeaderParser(maxSizeInBytes);
	}

	/** Judge the sender before anything else is done: a layer above may read first. */
	private void begin() throws WireException {
		if (this.begun) {
			return;
		}
		this.begun = true;
		switch (this.sender) {
			case CLIENT -> this.host.peer(this.host.remote());
			case UNTRUSTED -> throw refuse(new ProxyHeaderException(ProxyRefusal.UNTRUSTED,
					"No PROXY header is taken from " + this.host.remote().getAddress().getHostAddress()));
			case PROXY -> {
				// The header names the peer.
			}
		}
	}

	@Override
	public boolean flush() throws IOException {
		begin();
		return super.flush();
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		begin();
		if (this.parser != null) {
			return readHeader(this.parser, target);
		}
		return (this.ahead != null) ? readAhead(this.ahead, target) : super.read(target);
	}

	/**
	 * Read the rest of the header, and what has come behind it.
	 * @return the number of bytes behind the header, as {@link #read} returns it
	 */
	private int readHeader(ProxyHeaderParser parser, ByteBuffer target) throws IOException {
		int start = target.position();
		while (this.parser != null) {
			int count = super.read(target);
			if (count < 0) {
				throw refuse(parser.cutOff());
			}
			if (count == 0) {
				return 0;
			}
			ByteBuffer header = target.duplicate().flip().position(start);
			ProxyHeader parsed = parse(parser, header);
			int behind = header.remaining();
			target.put(start, target, header.position(), behind).position(start + behind);
			if (parsed != null) {
				headerComplete(parsed, parser.held());
			}
		}
		return readOn(target, start);
	}

	private @Nullable ProxyHeader parse(ProxyHeaderParser parser, ByteBuffer bytes) throws WireException {
		try {
			return parser.parse(bytes);
		}
		catch (ProxyHeaderException ex) {
			throw refuse(ex);
		}
	}

	/**
	 * Fill the room that the header has left in the buffer: a read that does not fill the
	 * buffer must find the socket empty.
	 */
	private int readOn(ByteBuffer target, int start) throws IOException {
		int count = target.hasRemaining() ? super.read(target) : 0;
		int all = target.position() - start;
		return (all == 0) ? count : all;
	}

	/**
	 * Take nothing before the header is complete. A layer that writes first, such as a
	 * greeting, has to wait, and drives the reading of the header instead.
	 */
	@Override
	public int write(ByteBuffer source) throws IOException {
		begin();
		if (this.parser != null) {
			ByteBuffer bytes = ByteBuffer.allocate(AHEAD_SIZE_IN_BYTES);
			readHeader(this.parser, bytes);
			this.ahead = (bytes.position() > 0) ? bytes.flip() : null;
		}
		return (this.parser == null) ? super.write(source) : 0;
	}

	/** Read the bytes of the application that came with the header, then further ones. */
	private int readAhead(ByteBuffer bytes, ByteBuffer target) throws IOException {
		int start = target.position();
		int count = Math.min(bytes.remaining(), target.remaining());
		target.put(bytes.slice().limit(count));
		bytes.position(bytes.position() + count);
		if (bytes.hasRemaining()) {
			return count;
		}
		this.ahead = null;
		return readOn(target, start);
	}

	@Override
	public int interest(int wanted) {
		return super.interest((this.parser != null) ? SelectionKey.OP_READ : wanted);
	}

	@Override
	public boolean isEstablished() {
		return this.parser == null && super.isEstablished();
	}

	@Override
	public boolean holdsInput() {
		return this.ahead != null || super.holdsInput();
	}

	private void headerComplete(ProxyHeader header, int sizeInBytes) throws WireException {
		this.parser = null;
		this.detailsSizeInBytes = sizeInBytes;
		// The loop's clock stands still during a turn, and most headers need one turn.
		this.host.proxied(DetailsReader.read(header, System.nanoTime() - this.openedAt));
		InetSocketAddress source = header.source();
		this.host.peer((source != null) ? source : this.host.remote());
	}

	@Override
	public void expired() throws WireException {
		if (this.parser != null) {
			throw refuse(this.parser.late());
		}
		super.expired();
	}

	private WireException refuse(ProxyHeaderException cause) {
		this.host.proxyRefused(cause.refusal());
		return WireException.reset(Outcome.PROXY_REFUSED, String.valueOf(cause.getMessage()));
	}

	@Override
	public int held() {
		return super.held() + this.detailsSizeInBytes + ((this.parser != null) ? this.parser.held() : 0)
				+ ((this.ahead != null) ? this.ahead.capacity() : 0);
	}

	/** What is at the other end of a socket, by its address. */
	enum Sender {

		/** A proxy, which sends a header. */
		PROXY,

		/** A client that connects directly and sends no header. */
		CLIENT,

		/** An address that may not connect. */
		UNTRUSTED

	}

}
