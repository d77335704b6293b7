package io.tcpecho.wire;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;

import org.jspecify.annotations.Nullable;

/**
 * Opens sockets that are to be connected. They are non-blocking, and every close of such
 * a socket resets its connection. Thread-safe.
 */
public final class ClientSockets {

	private ClientSockets() {
	}

	/**
	 * Open a socket of the peer's address family.
	 * @param peer the address that it will connect to, resolved
	 * @param local the address and port to connect from, or null for the system's choice;
	 * may be in use for connections to elsewhere
	 * @throws IOException if this machine has no such socket to give
	 */
	public static SocketChannel open(InetSocketAddress peer, @Nullable InetSocketAddress local) throws IOException {
		boolean ipv4 = peer.getAddress() instanceof Inet4Address;
		try {
			SocketChannel channel = SocketChannel
				.open(ipv4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
			try {
				channel.configureBlocking(false);
				// From here on, every close of the socket resets it.
				channel.setOption(StandardSocketOptions.SO_LINGER, 0);
				if (local != null) {
					// Without this, a named port cannot be taken while its last
					// connection is in TIME_WAIT.
					channel.setOption(StandardSocketOptions.SO_REUSEADDR, true).bind(local);
				}
				return channel;
			}
			catch (IOException | RuntimeException ex) {
				channel.close();
				throw ex;
			}
		}
		catch (UnsupportedOperationException | UnsupportedAddressTypeException ex) {
			throw new IOException("This Java runtime has no " + (ipv4 ? "IPv4" : "IPv6"), ex);
		}
	}

}
