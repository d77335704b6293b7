package io.tcpecho.guard;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

import io.tcpecho.guard.WaitingRoom.Newcomer;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketProcessorBase;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.util.threads.LimitLatch;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's endpoint with another rule for a full house. Tomcat accepts nothing more when
 * its largest number of connections is reached, so clients that send nothing, or a byte
 * now and then, keep all others out for ever (slowloris). Here the connection that has
 * waited longest for its client is reset, and the newcomer gets its place. A connection
 * whose request is complete is ended only if its client does not take the response.
 *
 * <p>
 * Each request must also be complete within the connection timeout, counted from the
 * accept or from the last response, however many bytes arrive meanwhile.
 *
 * <p>
 * The acceptor thread does all of it: it alone ends connections to make room, and it
 * accepts at most one connection more than there are places.
 */
class GuardedEndpoint extends NioEndpoint {

	/** How often the deadline of requests is checked. */
	private static final long CHECK_MILLIS = 250;

	/** The wait for a place while workers are busy with every connection. */
	private static final long RETRY_MILLIS = 2;

	/** How many connections are accepted before the others are looked at again. */
	private static final int BATCH = 64;

	/** How many connections may be beyond the limit while workers close them. */
	private static final int CLOSING = 16;

	private @Nullable WaitingRoom room;

	/** The newcomer that Tomcat has just taken; used by the acceptor. */
	private @Nullable Newcomer taken;

	/** Whether a connection could not be accepted; used by the acceptor. */
	private boolean full;

	private long lastCheck = System.nanoTime();

	@Override
	protected void initServerSocket() throws Exception {
		// The buffers of a connection that is ended must not go to another one.
		getSocketProperties().setBufferPool(0);
		super.initServerSocket();
		if (getServerSocket() instanceof ServerSocketChannel server) {
			this.room = new WaitingRoom(server);
		}
	}

	@Override
	protected void doCloseServerSocket() throws IOException {
		super.doCloseServerSocket();
		if (this.room != null) {
			this.room.close();
		}
	}

	/** Return what the system has bound; null before and after. */
	@Nullable InetSocketAddress boundAddress() throws IOException {
		return getLocalAddress();
	}

	/** Do without Tomcat's own count, whose limit is a wait. */
	@Override
	protected @Nullable LimitLatch initializeConnectionLatch() {
		return null;
	}

	@Override
	protected void unlockAccept() {
		if (this.room != null) {
			this.room.wake();
		}
	}

	/**
	 * Return the next connection whose first byte has come; null while the endpoint
	 * stops.
	 */
	@Override
	protected @Nullable SocketChannel serverSocketAccept() throws Exception {
		try {
			while (this.room != null && isRunning() && !isPaused()) {
				checkDeadlines(this.room);
				this.taken = this.room.pollReady();
				if (this.taken != null) {
					return this.taken.channel();
				}
				if (this.room.look(!this.full, this.full ? RETRY_MILLIS : CHECK_MILLIS) || this.full) {
					this.full = !admit(this.room);
				}
			}
		}
		catch (ClosedSelectorException | ClosedChannelException | CancelledKeyException ex) {
			if (this.room.isOpen()) {
				throw ex;
			}
		}
		return null;
	}

	/**
	 * Accept what waits, one connection more than there are places, and make room for it.
	 * @return whether there is room for all of it
	 */
	private boolean admit(WaitingRoom waiting) throws IOException {
		for (int i = 0; i < BATCH; i++) {
			if (isOverfull(waiting) && !makePlace(waiting)) {
				return false;
			}
			if (!waiting.accept()) {
				return true;
			}
		}
		return !isOverfull(waiting);
	}

	private boolean isOverfull(WaitingRoom waiting) {
		int closing = 0;
		for (SocketWrapperBase<NioChannel> connection : getConnections()) {
			if (((Visit) connection).isEvicted()) {
				closing++;
			}
		}
		return waiting.size() + getConnections().size() - Math.min(closing, CLOSING) > getMaxConnections();
	}

	/**
	 * End the connection that has waited longest for its client.
	 * @return whether each connection has a place now
	 */
	private boolean makePlace(WaitingRoom waiting) throws IOException {
		Newcomer silent = waiting.oldest();
		Visit oldest = null;
		for (SocketWrapperBase<NioChannel> connection : getConnections()) {
			Visit visit = (Visit) connection;
			if (visit.waitsForClient() && (oldest == null || visit.since() - oldest.since() < 0)) {
				oldest = visit;
			}
		}
		if (oldest != null && (silent == null || oldest.since() - silent.since() < 0)) {
			oldest.evict();
		}
		else if (silent != null) {
			waiting.evict(silent);
		}
		return !isOverfull(waiting);
	}

	/** End every connection whose request is not complete in time. */
	private void checkDeadlines(WaitingRoom waiting) throws IOException {
		long now = System.nanoTime();
		if (now - this.lastCheck < TimeUnit.MILLISECONDS.toNanos(CHECK_MILLIS)) {
			return;
		}
		this.lastCheck = now;
		long timeout = TimeUnit.MILLISECONDS.toNanos(getConnectionTimeout());
		if (timeout <= 0) {
			return;
		}
		for (SocketWrapperBase<NioChannel> connection : getConnections()) {
			Visit visit = (Visit) connection;
			if (now - visit.since() > timeout && visit.waitsForRequest()) {
				visit.evict();
			}
		}
		Newcomer silent = waiting.oldest();
		while (silent != null && now - silent.since() > timeout) {
			waiting.evict(silent);
			silent = waiting.oldest();
		}
	}

	/** Let the poller wait for what a connection sends. */
	@Override
	protected boolean setSocketOptions(@Nullable SocketChannel socket) {
		Newcomer newcomer = this.taken;
		this.taken = null;
		if (socket == null || newcomer == null) {
			return true;
		}
		try {
			getSocketProperties().setProperties(socket.socket());
			NioChannel channel = createChannel(new SocketBufferHandler(getSocketProperties().getAppReadBufSize(),
					getSocketProperties().getAppWriteBufSize(), getSocketProperties().getDirectBuffer()));
			Visit visit = new Visit(channel, this, socket, newcomer.since());
			channel.reset(socket, visit);
			visit.setReadTimeout(getConnectionTimeout());
			visit.setWriteTimeout(getConnectionTimeout());
			visit.setKeepAliveLeft(getMaxKeepAliveRequests());
			this.connections.put(socket, visit);
			getPoller().register(visit);
			return true;
		}
		catch (IOException | RuntimeException ex) {
			// The client has reset the connection meanwhile. Tomcat would close only what
			// is among the connections already.
			destroySocket(socket);
			return false;
		}
	}

	@Override
	protected void destroySocket(@Nullable SocketChannel socket) {
		if (socket != null) {
			super.destroySocket(socket);
		}
	}

	@Override
	public boolean processSocket(SocketWrapperBase<NioChannel> connection, SocketEvent event, boolean dispatch) {
		if (connection instanceof Visit visit) {
			visit.turnDue();
		}
		return super.processSocket(connection, event, dispatch);
	}

	@Override
	protected SocketProcessorBase<NioChannel> createSocketProcessor(SocketWrapperBase<NioChannel> connection,
			SocketEvent event) {
		return new Turn(connection, event);
	}

	/** A worker's look at a connection. */
	private final class Turn extends SocketProcessor {

		Turn(SocketWrapperBase<NioChannel> connection, SocketEvent event) {
			super(connection, event);
		}

		@Override
		protected void doRun() {
			Visit visit = (Visit) this.socketWrapper;
			try {
				super.doRun();
			}
			finally {
				visit.turnDone();
				WaitingRoom waiting = GuardedEndpoint.this.room;
				if (waiting != null && visit.isEvicted()) {
					waiting.wake();
				}
			}
		}

	}

}
