package io.tcpecho.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A port of 127.0.0.1 that answers no further SYN, like one behind a firewall that drops
 * packets: no program accepts, and as many clients have connected as may wait.
 */
public final class FullAcceptQueue implements AutoCloseable {

	private final ServerSocket server;

	private final List<SocketChannel> waiting = new ArrayList<>();

	public FullAcceptQueue() {
		try {
			this.server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
			for (int i = 0; i < 4; i++) {
				SocketChannel channel = SocketChannel.open();
				this.waiting.add(channel);
				channel.configureBlocking(false);
				channel.connect(new InetSocketAddress("127.0.0.1", port()));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Return the port. */
	public int port() {
		return this.server.getLocalPort();
	}

	/** Close the port and the connections that wait. */
	@Override
	public void close() {
		try {
			this.server.close();
			for (SocketChannel channel : this.waiting) {
				channel.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
