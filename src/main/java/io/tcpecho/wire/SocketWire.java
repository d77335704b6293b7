package io.tcpecho.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * The bottom of every wire: a non-blocking socket, which keeps nothing back.
 */
public final class SocketWire implements Wire {

	private final SocketChannel channel;

	/** Create the wire of a connected or connecting socket, which stays the caller's. */
	public SocketWire(SocketChannel channel) {
		this.channel = channel;
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		return this.channel.read(target);
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		return this.channel.write(source);
	}

	@Override
	public boolean flush() {
		return true;
	}

	@Override
	public boolean endOutput() {
		return true;
	}

	@Override
	public boolean isEndedByFin() {
		return true;
	}

	@Override
	public int interest(int wanted) {
		return wanted;
	}

	@Override
	public boolean isEstablished() {
		return true;
	}

	@Override
	public boolean holdsInput() {
		return false;
	}

	@Override
	public void expired() {
	}

	@Override
	public int held() {
		return 0;
	}

}
