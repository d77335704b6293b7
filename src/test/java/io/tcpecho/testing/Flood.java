package io.tcpecho.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Clients of an HTTP port that never finish what they begin, on one thread. Whenever the
 * server ends a connection, its client opens the next one.
 */
public final class Flood implements AutoCloseable {

	private static final long DRIP_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

	private static final int SMALL_BUFFER_IN_BYTES = 2_048;

	private final InetSocketAddress server;

	private final Kind kind;

	private final boolean manyAddresses;

	private final String[] request;

	private final Selector selector;

	private final Thread thread;

	private final List<Client> clients = new ArrayList<>();

	private volatile int opened;

	private volatile boolean stopped;

	/**
	 * Begin a flood.
	 * @param port of 127.0.0.1
	 * @param clients how many connections are held at a time
	 * @param manyAddresses whether each client has an address of its own
	 * @param headers further header lines, each with its line end
	 */
	public Flood(int port, int clients, Kind kind, boolean manyAddresses, String headers) {
		this.server = new InetSocketAddress("127.0.0.1", port);
		this.kind = kind;
		this.manyAddresses = manyAddresses;
		this.request = new String[] { kind.head.replace("%HEADERS", headers), kind.drip };
		try {
			this.selector = Selector.open();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		for (int i = 0; i < clients; i++) {
			this.clients.add(new Client(i));
		}
		this.thread = new Thread(this::run, "flood");
		this.thread.setDaemon(true);
		this.thread.start();
	}

	/** Return how many connections have been opened since the start. */
	public int opened() {
		return this.opened;
	}

	private void run() {
		try {
			for (Client client : this.clients) {
				client.open();
			}
			long nextDrip = System.nanoTime() + DRIP_NANOS;
			while (!this.stopped) {
				this.selector.select(TimeUnit.NANOSECONDS.toMillis(DRIP_NANOS));
				for (Iterator<SelectionKey> keys = this.selector.selectedKeys().iterator(); keys.hasNext();) {
					Client client = (Client) keys.next().attachment();
					keys.remove();
					client.ready();
				}
				if (System.nanoTime() - nextDrip >= 0) {
					nextDrip += DRIP_NANOS;
					for (Client client : this.clients) {
						client.drip();
					}
				}
			}
			for (Client client : this.clients) {
				client.close();
			}
			this.selector.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** End all connections. */
	@Override
	public void close() {
		this.stopped = true;
		this.selector.wakeup();
		try {
			this.thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** What the clients do. */
	public enum Kind {

		/** They send nothing. */
		HOLD("", ""),

		/** They send a header, now and then a byte. */
		DRIP_HEADER("GET /actuator/health HTTP/1.1\r\nHost: localhost\r\n%HEADERSX-Drip: ", "x"),

		/** They send a body, now and then a byte. */
		DRIP_BODY("POST /actuator/listeners/eof HTTP/1.1\r\nHost: localhost\r\n%HEADERS"
				+ "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n", " "),

		/** They close each connection as soon as it is open. */
		REOPEN("", ""),

		/** They send requests and do not read the responses. */
		NEVER_READ("GET /actuator/prometheus HTTP/1.1\r\nHost: localhost\r\n%HEADERS\r\n".repeat(8), "");

		private final String head;

		private final String drip;

		Kind(String head, String drip) {
			this.head = head;
			this.drip = drip;
		}

	}

	/** A client, with one connection at a time. */
	private final class Client {

		private final InetAddress address;

		private SocketChannel channel;

		Client(int number) {
			try {
				this.address = InetAddress.getByAddress(new byte[] { 127, (byte) (Flood.this.manyAddresses ? 1 : 0),
						(byte) (Flood.this.manyAddresses ? number / 250 : 0),
						(byte) (Flood.this.manyAddresses ? number % 250 + 1 : 1) });
				this.channel = SocketChannel.open();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		void open() throws IOException {
			this.channel.close();
			this.channel = SocketChannel.open();
			this.channel.configureBlocking(false);
			this.channel.setOption(StandardSocketOptions.SO_LINGER, 0);
			if (Flood.this.kind == Kind.NEVER_READ) {
				this.channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER_IN_BYTES);
			}
			this.channel.bind(new InetSocketAddress(this.address, 0));
			this.channel.register(Flood.this.selector, SelectionKey.OP_CONNECT, this);
			this.channel.connect(Flood.this.server);
		}

		void ready() throws IOException {
			try {
				if (!this.channel.isConnected() && this.channel.finishConnect()) {
					connected();
				}
				else if (Flood.this.kind != Kind.NEVER_READ
						&& this.channel.read(ByteBuffer.allocate(SMALL_BUFFER_IN_BYTES)) == -1) {
					open();
				}
			}
			catch (IOException ex) {
				open();
			}
		}

		@SuppressWarnings("NonAtomicOperationOnVolatileField")
		private void connected() throws IOException {
			Flood.this.opened++;
			if (Flood.this.kind == Kind.REOPEN) {
				open();
				return;
			}
			// A client that never reads sees the end of its connection when it writes.
			this.channel.keyFor(Flood.this.selector)
				.interestOps((Flood.this.kind == Kind.NEVER_READ) ? 0 : SelectionKey.OP_READ);
			send(Flood.this.request[0]);
		}

		void drip() throws IOException {
			if (this.channel.isConnected()) {
				try {
					send((Flood.this.kind == Kind.NEVER_READ) ? "\r\n" : Flood.this.request[1]);
				}
				catch (IOException ex) {
					open();
				}
			}
		}

		private void send(String text) throws IOException {
			this.channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
		}

		void close() throws IOException {
			this.channel.close();
		}

	}

}
