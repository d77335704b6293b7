package io.tcpecho.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelectionKey;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A network in memory, for servers that use NIO and do not know: sockets and selectors
 * without system calls. To be named by the system property
 * {@code java.nio.channels.spi.SelectorProvider}.
 *
 * <p>
 * One thread of one event loop serves, and one other thread is the client: it connects,
 * sends, and waits for as many bytes of replies as it expects. What the replies are is
 * not looked at; the tests do that.
 */
public final class MemoryNetwork extends SelectorProvider {

	private static final Map<Integer, Listener> listeners = new ConcurrentHashMap<>();

	private static final long REPLY_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

	private static final Set<MemorySelector> selectors = new CopyOnWriteArraySet<>();

	private static volatile Thread client;

	/** Written by the client before it sends, then by the loop. */
	private static volatile long missingBytes;

	/** Begin to wait for so many bytes of replies. */
	static void expect(long bytes) {
		client = Thread.currentThread();
		missingBytes = bytes;
	}

	/** Wait until the bytes expected have arrived. */
	static void awaitReplies() {
		long start = System.nanoTime();
		while (missingBytes > 0) {
			LockSupport.parkNanos(REPLY_TIMEOUT_NANOS);
			if (System.nanoTime() - start > REPLY_TIMEOUT_NANOS) {
				throw new IllegalStateException(missingBytes + " bytes of replies are missing");
			}
		}
	}

	private static void arrived(int bytes) {
		long missing = missingBytes - bytes;
		missingBytes = missing;
		if (missing <= 0) {
			LockSupport.unpark(client);
		}
	}

	/** Connect to a listening port and send these bytes, and FIN if asked. */
	static Connection connect(int port, byte[] bytes, boolean fin) {
		Listener listener = listeners.get(port);
		Connection connection = new Connection(listener.provider(), listener.getLocalAddress(), bytes, fin);
		listener.queue.add(connection);
		selectors.forEach(MemorySelector::wakeup);
		return connection;
	}

	@Override
	public AbstractSelector openSelector() {
		MemorySelector selector = new MemorySelector(this);
		selectors.add(selector);
		return selector;
	}

	@Override
	public ServerSocketChannel openServerSocketChannel() {
		return new Listener(this);
	}

	@Override
	public SocketChannel openSocketChannel() {
		throw new UnsupportedOperationException();
	}

	@Override
	public DatagramChannel openDatagramChannel() {
		throw new UnsupportedOperationException();
	}

	@Override
	public DatagramChannel openDatagramChannel(ProtocolFamily family) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Pipe openPipe() {
		throw new UnsupportedOperationException();
	}

	/** A channel that can say what it is ready for. */
	private interface Readiness {

		int readyOps();

	}

	/** A listening socket with its accept queue. */
	private static final class Listener extends ServerSocketChannel implements Readiness {

		private final Queue<Connection> queue = new ConcurrentLinkedQueue<>();

		private InetSocketAddress address = new InetSocketAddress(0);

		Listener(SelectorProvider provider) {
			super(provider);
		}

		@Override
		public int readyOps() {
			return this.queue.isEmpty() ? 0 : SelectionKey.OP_ACCEPT;
		}

		@Override
		public ServerSocketChannel bind(SocketAddress local, int backlog) {
			this.address = (InetSocketAddress) local;
			listeners.put(this.address.getPort(), this);
			return this;
		}

		@Override
		public SocketChannel accept() {
			return this.queue.poll();
		}

		@Override
		public InetSocketAddress getLocalAddress() {
			return this.address;
		}

		@Override
		public ServerSocket socket() {
			throw new UnsupportedOperationException();
		}

		@Override
		public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) {
			return this;
		}

		@Override
		public <T> T getOption(SocketOption<T> name) {
			throw new UnsupportedOperationException();
		}

		@Override
		public Set<SocketOption<?>> supportedOptions() {
			return Set.of();
		}

		@Override
		protected void implCloseSelectableChannel() {
			listeners.remove(this.address.getPort(), this);
		}

		@Override
		protected void implConfigureBlocking(boolean block) {
		}

	}

	/** An accepted socket. */
	static final class Connection extends SocketChannel implements Readiness {

		private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);

		private final InetSocketAddress local;

		private final boolean fin;

		private volatile ByteBuffer sent;

		private Connection(SelectorProvider provider, InetSocketAddress local, byte[] bytes, boolean fin) {
			super(provider);
			this.local = local;
			this.sent = ByteBuffer.wrap(bytes);
			this.fin = fin;
		}

		/** Send these bytes, after the server has read all that came before. */
		void send(byte[] bytes) {
			this.sent = ByteBuffer.wrap(bytes);
			selectors.forEach(MemorySelector::wakeup);
		}

		@Override
		public int readyOps() {
			return SelectionKey.OP_WRITE | ((this.fin || this.sent.hasRemaining()) ? SelectionKey.OP_READ : 0);
		}

		@Override
		public int read(ByteBuffer destination) {
			ByteBuffer source = this.sent;
			int count = Math.min(source.remaining(), destination.remaining());
			if (count == 0) {
				return this.fin ? -1 : 0;
			}
			destination.put(source.array(), source.position(), count);
			source.position(source.position() + count);
			return count;
		}

		@Override
		public int write(ByteBuffer source) {
			int count = source.remaining();
			source.position(source.limit());
			arrived(count);
			return count;
		}

		@Override
		public long read(ByteBuffer[] destinations, int offset, int length) {
			throw new UnsupportedOperationException();
		}

		@Override
		public long write(ByteBuffer[] sources, int offset, int length) {
			long count = 0;
			for (int i = offset; i < offset + length; i++) {
				count += write(sources[i]);
			}
			return count;
		}

		@Override
		public SocketChannel bind(SocketAddress address) {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean connect(SocketAddress remote) {
			return true;
		}

		@Override
		public boolean finishConnect() {
			return true;
		}

		@Override
		public boolean isConnected() {
			return true;
		}

		@Override
		public boolean isConnectionPending() {
			return false;
		}

		@Override
		public SocketChannel shutdownInput() {
			return this;
		}

		@Override
		public SocketChannel shutdownOutput() {
			return this;
		}

		@Override
		public InetSocketAddress getRemoteAddress() {
			return PEER;
		}

		@Override
		public InetSocketAddress getLocalAddress() {
			return this.local;
		}

		@Override
		public Socket socket() {
			return OptionlessSocket.INSTANCE;
		}

		@Override
		public <T> SocketChannel setOption(SocketOption<T> name, T value) {
			return this;
		}

		@Override
		public <T> T getOption(SocketOption<T> name) {
			throw new UnsupportedOperationException();
		}

		@Override
		public Set<SocketOption<?>> supportedOptions() {
			return Set.of();
		}

		@Override
		protected void implCloseSelectableChannel() {
		}

		@Override
		protected void implConfigureBlocking(boolean block) {
		}

	}

	/** A socket whose options may be set, without effect. */
	private static final class OptionlessSocket extends Socket {

		static final OptionlessSocket INSTANCE = new OptionlessSocket();

		@Override
		public void setOOBInline(boolean on) {
		}

		@Override
		public void setSoTimeout(int timeout) {
		}

	}

	private static final class MemoryKey extends AbstractSelectionKey {

		private final MemorySelector selector;

		private final AbstractSelectableChannel channel;

		private volatile int interestOps;

		private int readyOps;

		MemoryKey(MemorySelector selector, AbstractSelectableChannel channel, int interestOps) {
			this.selector = selector;
			this.channel = channel;
			this.interestOps = interestOps;
		}

		@Override
		public AbstractSelectableChannel channel() {
			return this.channel;
		}

		@Override
		public MemorySelector selector() {
			return this.selector;
		}

		@Override
		public int interestOps() {
			return this.interestOps;
		}

		@Override
		public SelectionKey interestOps(int ops) {
			this.interestOps = ops;
			return this;
		}

		@Override
		public int readyOps() {
			return this.readyOps;
		}

	}

	/** A selector for one thread that selects with a consumer. */
	private static final class MemorySelector extends AbstractSelector {

		private final Set<SelectionKey> keys = new CopyOnWriteArraySet<>();

		private volatile boolean woken;

		private volatile Thread waiting;

		MemorySelector(SelectorProvider provider) {
			super(provider);
		}

		@Override
		protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
			MemoryKey key = new MemoryKey(this, channel, ops);
			key.attach(attachment);
			this.keys.add(key);
			return key;
		}

		@Override
		public int select(Consumer<SelectionKey> action, long timeoutMillis) throws IOException {
			long start = System.nanoTime();
			long timeout = (timeoutMillis == 0) ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
			this.waiting = Thread.currentThread();
			while (true) {
				int count = selectNow(action);
				long left = timeout - (System.nanoTime() - start);
				if (count > 0 || this.woken || left <= 0) {
					this.woken = false;
					return count;
				}
				LockSupport.parkNanos(this, left);
			}
		}

		@Override
		public int selectNow(Consumer<SelectionKey> action) throws IOException {
			removeCancelled();
			List<MemoryKey> ready = new ArrayList<>();
			for (SelectionKey key : this.keys) {
				MemoryKey each = (MemoryKey) key;
				each.readyOps = each.interestOps & ((Readiness) each.channel).readyOps();
				if (each.readyOps != 0) {
					ready.add(each);
				}
			}
			ready.forEach(action);
			return ready.size();
		}

		private void removeCancelled() {
			Set<SelectionKey> cancelled = cancelledKeys();
			synchronized (cancelled) {
				for (SelectionKey key : cancelled) {
					this.keys.remove(key);
					deregister((AbstractSelectionKey) key);
				}
				cancelled.clear();
			}
		}

		@Override
		public AbstractSelector wakeup() {
			this.woken = true;
			LockSupport.unpark(this.waiting);
			return this;
		}

		@Override
		public Set<SelectionKey> keys() {
			return this.keys;
		}

		@Override
		public Set<SelectionKey> selectedKeys() {
			throw new UnsupportedOperationException();
		}

		@Override
		public int select(long timeoutMillis) {
			throw new UnsupportedOperationException();
		}

		@Override
		public int select() {
			throw new UnsupportedOperationException();
		}

		@Override
		public int selectNow() {
			throw new UnsupportedOperationException();
		}

		@Override
		protected void implCloseSelector() throws IOException {
			for (SelectionKey key : this.keys) {
				deregister((AbstractSelectionKey) key);
			}
			this.keys.clear();
			selectors.remove(this);
		}

	}

}
