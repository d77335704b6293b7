package io.tcpecho.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;

import javax.net.ssl.SSLSession;

import io.tcpecho.connection.Outcome;
import io.tcpecho.connection.ProxyDetails;
import io.tcpecho.connection.ProxyRefusal;
import io.tcpecho.connection.TlsDetails;

/**
 * The way of one connection's bytes to and from its socket. It never blocks, and it is
 * used on the thread of the connection's event loop only.
 *
 * <p>
 * A {@link SocketWire} is at the bottom; each layer stands on the wire below it. The
 * connection above sees the application's bytes only. RST and the FIN of the socket are
 * not a wire's: a layer that has to end the connection throws a {@link WireException}.
 */
public interface Wire {

	/**
	 * Read the peer's next bytes.
	 * @param target takes the bytes; it has room for at least one
	 * @return the number of bytes, 0 if none is there at the moment, -1 after the peer's
	 * last byte. A read that does not fill the buffer leaves nothing inside.
	 * @throws WireException if the connection has to end in a certain way
	 * @throws IOException if the peer has reset the connection
	 */
	int read(ByteBuffer target) throws IOException;

	/**
	 * Take bytes on their way to the peer. A layer may keep some of them back:
	 * {@link #flush()} tells.
	 * @return the number of bytes taken from the buffer
	 * @throws WireException if the connection has to end in a certain way
	 * @throws IOException if the peer has reset the connection
	 */
	int write(ByteBuffer source) throws IOException;

	/**
	 * Hand to the socket what was kept back, or what comes before the first byte of the
	 * application: a greeting, a header, the begin of a handshake.
	 * @return whether the socket has taken all of it
	 * @throws IOException as {@link #write} does
	 */
	boolean flush() throws IOException;

	/**
	 * Say that no more bytes come, where a layer has words for it (the close_notify of
	 * TLS). The FIN that follows is the socket's. Called until it returns {@code true};
	 * nothing is written afterwards. Bytes that a layer sends first are left out while
	 * the wire below is not {@linkplain #isEstablished() established}: they would wait
	 * for the peer.
	 * @return whether the socket has taken all of it
	 * @throws IOException as {@link #write} does
	 */
	boolean endOutput() throws IOException;

	/**
	 * Return whether the socket's FIN follows at once when {@link #endOutput()} has
	 * returned {@code true}. A layer that ends the stream in its own words may leave the
	 * socket open.
	 */
	boolean isEndedByFin();

	/**
	 * Return the socket's events to select for while the connection waits for others: TLS
	 * may have to write before it can read.
	 * @param wanted a set of {@code OP_READ} and {@code OP_WRITE} of
	 * {@link java.nio.channels.SelectionKey}, at least one
	 * @return the set to select for; 0 while the wire itself holds the connection back,
	 * which stops the deadlines of the peer
	 */
	int interest(int wanted);

	/**
	 * Return whether everything has come that precedes the first byte of the peer's
	 * application: the header of a proxy, a handshake. Until then a read drives it on.
	 */
	boolean isEstablished();

	/**
	 * Return whether bytes of the peer wait inside that no event of the socket will tell
	 * of, and that {@link #read} would return now.
	 */
	boolean holdsInput();

	/**
	 * The time is over in which the peer had to send the next byte that the connection
	 * above sees, or to take one. A layer that waits for bytes of its own, such as the
	 * rest of a header, ends the connection in its own way; every other one does nothing.
	 * @throws WireException to end the connection
	 */
	void expired() throws WireException;

	/** Return the bytes of memory that the layers hold at the moment. */
	int held();

	/**
	 * Return how the connection has ended, in the words of the layers: one that has
	 * changed what the peer saw has an outcome of its own.
	 * @param ending how it has ended for the connection above
	 */
	default Outcome outcome(Outcome ending) {
		return ending;
	}

	/**
	 * The connection that a wire belongs to, as its layers see it. The methods are called
	 * on the loop's thread.
	 */
	interface Host {

		/** Return the monotonic time in nanoseconds. */
		long now();

		/**
		 * Take a turn later. A layer that held the connection back for a while asks for
		 * it; an earlier turn may come in between.
		 * @param nanos the delay in nanoseconds, at least 0
		 */
		void turnAfter(long nanos);

		/**
		 * Run something slow on another thread, then take a turn. Meanwhile nothing is
		 * read, written or selected for, and the peer's deadlines stand still. What it
		 * throws fails the connection, and so does an executor that does not take it.
		 */
		void offload(Executor threads, Runnable slow);

		/**
		 * Return the id of the connection that a listener accepted, empty for a client's.
		 */
		String id();

		/** Return the address at the other end of the socket. */
		InetSocketAddress remote();

		/**
		 * The client's address has become known: that at the other end of the socket, or
		 * the one for which a proxy speaks. The connection counts for it.
		 * @throws WireException if the connections of that address have reached their
		 * limit
		 */
		void peer(InetSocketAddress client) throws WireException;

		/** The PROXY header is complete. */
		void proxied(ProxyDetails details);

		/** There is no valid PROXY header; the layer ends the connection. */
		void proxyRefused(ProxyRefusal refusal);

		/**
		 * The connection is encrypted from now on.
		 * @param details what operators may know of the session
		 */
		void secured(SSLSession session, TlsDetails details);

		/**
		 * Send each write at once from now on, and do not wait to join small ones
		 * (TCP_NODELAY).
		 */
		void sendAtOnce() throws IOException;

		/**
		 * Send FIN now. Nothing may be written afterwards; what the peer sends is still
		 * read. Only a fault that an operator has set may do so.
		 */
		void finish() throws IOException;

	}

	/** Puts a layer on a wire. A listener or a client has a list, the innermost first. */
	interface Layer {

		/** Return the layer for one connection, on the wire below it. */
		Wire on(Wire below, Host host);

		/**
		 * Return whether the layer tells the peer's real address later: the socket's is a
		 * proxy's, and the limit for each address does not count it.
		 */
		default boolean namesPeer() {
			return false;
		}

	}

}
