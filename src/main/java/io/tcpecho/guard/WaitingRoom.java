package io.tcpecho.guard;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The accepted connections that have sent nothing yet, the oldest first. A connection is
 * looked at at least once before it can be the oldest that may go, so that a client whose
 * request has come with its connect is never ended. Used by the acceptor only, but for
 * {@link #wake()} and {@link #close()}.
 */
final class WaitingRoom implements AutoCloseable {

	private final ServerSocketChannel server;

	private final Selector selector;

	private final SelectionKey serverKey;

	private final Map<SocketChannel, Newcomer> silent = new LinkedHashMap<>();

	private final Deque<Newcomer> ready = new ArrayDeque<>();

	/** The number of looks so far. */
	private long looks;

	/**
	 * Create a room in front of a port.
	 * @param server bound
	 */
	WaitingRoom(ServerSocketChannel server) throws IOException {
		this.server = server;
		this.selector = Selector.open();
		server.configureBlocking(false);
		this.serverKey = server.register(this.selector, SelectionKey.OP_ACCEPT);
	}

	/** Return how many connections are in the room. */
	int size() {
		return this.silent.size() + this.ready.size();
	}

	/** Return and remove a connection whose first byte, or end, has come. */
	@Nullable Newcomer pollReady() {
		return this.ready.poll();
	}

	/**
	 * Wait until a connection is ready or can be accepted, and note which are ready.
	 * @param accepting whether a connection that can be accepted ends the wait
	 * @param millis the longest wait
	 * @return whether a connection can be accepted
	 */
	boolean look(boolean accepting, long millis) throws IOException {
		this.serverKey.interestOps(accepting ? SelectionKey.OP_ACCEPT : 0);
		this.selector.select(millis);
		this.looks++;
		boolean acceptable = false;
		for (Iterator<SelectionKey> keys = this.selector.selectedKeys().iterator(); keys.hasNext();) {
			SelectionKey key = keys.next();
			keys.remove();
			if (key.channel() == this.server) {
				acceptable = true;
			}
			else {
				key.cancel();
				Newcomer newcomer = this.silent.remove(key.channel());
				if (newcomer != null) {
					this.ready.add(newcomer);
				}
			}
		}
		return acceptable;
	}

	/**
	 * Accept a connection.
	 * @return whether there was one
	 */
	boolean accept() throws IOException {
		SocketChannel channel = this.server.accept();
		if (channel == null) {
			return false;
		}
		try {
			channel.configureBlocking(false);
			channel.register(this.selector, SelectionKey.OP_READ);
		}
		catch (IOException | RuntimeException ex) {
			channel.close();
			throw ex;
		}
		this.silent.put(channel, new Newcomer(channel, System.nanoTime(), this.looks));
		return true;
	}

	/** Return the oldest connection that has been looked at and has sent nothing. */
	@Nullable Newcomer oldest() {
		Iterator<Newcomer> newcomers = this.silent.values().iterator();
		Newcomer first = newcomers.hasNext() ? newcomers.next() : null;
		return (first != null && first.looks < this.looks) ? first : null;
	}

	/** End a connection with a reset. */
	void evict(Newcomer newcomer) throws IOException {
		this.silent.remove(newcomer.channel);
		Visit.reset(newcomer.channel);
		newcomer.channel.close();
	}

	/** Return whether it is not closed. */
	boolean isOpen() {
		return this.selector.isOpen();
	}

	/** End the current or the next {@link #look}. */
	void wake() {
		this.selector.wakeup();
	}

	/**
	 * Close everything in the room. Without the end of the selector the port itself would
	 * stay open, because a registered channel is closed by the next look only.
	 */
	@Override
	public void close() throws IOException {
		try {
			for (SelectionKey key : this.selector.keys().toArray(SelectionKey[]::new)) {
				key.channel().close();
			}
		}
		catch (ClosedSelectorException ex) {
			// It is closed already.
		}
		this.selector.close();
	}

	/**
	 * A connection that was accepted.
	 *
	 * @param channel its socket
	 * @param since when it was accepted; of {@link System#nanoTime}
	 * @param looks the number of looks before
	 */
	record Newcomer(SocketChannel channel, long since, long looks) {

	}

}
