package io.tcpecho.nio;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

import io.tcpecho.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * Tells the {@link Failure} that the exception of a system call stands for. Thread-safe.
 *
 * <p>
 * Texts: the JDK takes them from strerror, which writes them in the language of the
 * process's locale, so this class never searches a text for words. The class of an
 * exception tells most errors apart. Two that share their class with others, ECONNREFUSED
 * and ECONNRESET while connecting, are recognised by having the same text as one that
 * this process has provoked with itself on the loopback interface, and so in the same
 * language. The two samples are taken before the first connection: later there may be no
 * descriptor left for them, and the time would be part of an exchange that is measured.
 *
 * <p>
 * <i>Rejected:</i> the time that a connect took (the timeout of a SYN is a setting of the
 * system), and internal or native interfaces of the JDK (Java 17 has none that may be
 * used).
 */
final class SystemErrors {

	private static final int PATIENCE_IN_MILLIS = 500;

	private static final @Nullable String REFUSED = provokeRefusal();

	private static final @Nullable String RESET = provokeReset();

	private SystemErrors() {
	}

	/** Take the samples, once in the life of a process. */
	static void prepare() {
	}

	/**
	 * Return why a connect has failed.
	 * <ul>
	 * <li>BindException: EADDRNOTAVAIL and EADDRINUSE. The system found no free port, or
	 * the named one is taken. EACCES, a route of type prohibit, has this class, too.</li>
	 * <li>ConnectException: ECONNREFUSED, or ETIMEDOUT after the last SYN.</li>
	 * <li>NoRouteToHostException: EHOSTUNREACH.</li>
	 * <li>SocketException: ECONNRESET, if the peer accepted and reset at once, and
	 * everything else: ENETUNREACH, EPERM of a local filter, EINVAL of a route of type
	 * blackhole.</li>
	 * </ul>
	 * Without a sample, the likelier one of two is returned.
	 */
	static Failure ofConnect(IOException cause) {
		if (cause instanceof BindException) {
			return Failure.LOCAL;
		}
		if (cause instanceof ConnectException) {
			return (REFUSED == null || text(cause).equals(REFUSED)) ? Failure.REFUSED : Failure.TIMEOUT;
		}
		return text(cause).equals(RESET) ? Failure.RESET : Failure.UNREACHABLE;
	}

	/**
	 * Return why a read of an established connection has failed.
	 *
	 * <p>
	 * The JDK throws a SocketException for RST (ECONNRESET, or EPIPE after FIN) and a
	 * plain IOException for every other error. Those come when the kernel has given up to
	 * retransmit: ETIMEDOUT, or instead of it the error that a router has sent meanwhile
	 * (EHOSTUNREACH, ENETUNREACH), which alone does not end an established connection. A
	 * layer of the wire that refuses what the peer sent throws a WireException.
	 */
	static Failure ofRead(IOException cause) {
		if (cause instanceof WireException) {
			return Failure.LOCAL;
		}
		return (cause instanceof SocketException) ? Failure.RESET : Failure.TIMEOUT;
	}

	/**
	 * Return why a write has failed. Its exception has the same class for every error, so
	 * a connection has to read first: whatever ends a connection but a reset is met by
	 * that read.
	 */
	static Failure ofWrite(IOException cause) {
		return (cause instanceof WireException) ? Failure.LOCAL : Failure.RESET;
	}

	/**
	 * Return the text of an error without the peer's address, which the JDK appends if
	 * the property {@code jdk.includeInExceptions} says so.
	 */
	private static String text(IOException cause) {
		return String.valueOf(cause.getMessage()).split(": ", 2)[0];
	}

	private static @Nullable String provokeRefusal() {
		// The first has a port and does not listen on it.
		try (SocketChannel silent = SocketChannel.open().bind(anyPort()); SocketChannel client = SocketChannel.open()) {
			client.socket().connect(silent.getLocalAddress(), PATIENCE_IN_MILLIS);
		}
		catch (ConnectException ex) {
			return text(ex);
		}
		catch (IOException ex) {
			// There is no sample then.
		}
		return null;
	}

	private static @Nullable String provokeReset() {
		try (ServerSocketChannel server = ServerSocketChannel.open().bind(anyPort());
				SocketChannel client = SocketChannel.open();
				Selector selector = Selector.open()) {
			client.socket().connect(server.getLocalAddress(), PATIENCE_IN_MILLIS);
			try (SocketChannel accepted = server.accept()) {
				accepted.setOption(StandardSocketOptions.SO_LINGER, 0);
			}
			client.configureBlocking(false).register(selector, SelectionKey.OP_READ);
			selector.select(PATIENCE_IN_MILLIS);
			return textOfWrite(client);
		}
		catch (IOException ex) {
			// There is no sample then.
			return null;
		}
	}

	/** Write, since a read would get a text of the JDK's own for a reset. */
	private static @Nullable String textOfWrite(SocketChannel reset) {
		try {
			reset.write(ByteBuffer.allocate(1));
			return null;
		}
		catch (IOException ex) {
			return text(ex);
		}
	}

	private static InetSocketAddress anyPort() {
		return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
	}

}
