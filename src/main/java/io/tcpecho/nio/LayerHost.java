package io.tcpecho.nio;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.util.concurrent.Executor;

import javax.net.ssl.SSLSession;

import io.tcpecho.connection.ConnectionDetails;
import io.tcpecho.connection.ProxyDetails;
import io.tcpecho.connection.ProxyRefusal;
import io.tcpecho.connection.TlsDetails;
import io.tcpecho.limits.OutOfMemory;
import io.tcpecho.wire.HoldClock;
import io.tcpecho.wire.Wire;
import io.tcpecho.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * The connection as the layers of its wire see it: what they ask for, and what they have
 * learnt of the peer. It runs on the loop's thread; any thread may ask what was learnt.
 */
final class LayerHost implements Wire.Host {

	private final EventLoop loop;

	private final LoopSocket socket;

	private final String id;

	/** How long the layers have held the connection back. */
	private final HoldClock holdClock = new HoldClock();

	/** Whether a slow task of a layer runs on another thread. */
	private boolean offloaded;

	private volatile @Nullable SSLSession sslSession;

	private volatile ConnectionDetails details = ConnectionDetails.NONE;

	LayerHost(EventLoop loop, LoopSocket socket, String id) {
		this.loop = loop;
		this.socket = socket;
		this.id = id;
	}

	HoldClock holdClock() {
		return this.holdClock;
	}

	/** Return whether a layer works elsewhere: nothing is read or written meanwhile. */
	boolean isOffloaded() {
		return this.offloaded;
	}

	/** Return the session of the layer that encrypts the connection, if there is one. */
	@Nullable SSLSession sslSession() {
		return this.sslSession;
	}

	/** Return what the layers have learnt so far. */
	ConnectionDetails details() {
		return this.details;
	}

	// Calls of the layers

	@Override
	public long now() {
		return this.loop.now();
	}

	@Override
	public void turnAfter(long nanos) {
		this.loop.schedule(nanos, this.socket::continueTurn);
	}

	@Override
	public void offload(Executor threads, Runnable slow) {
		this.offloaded = true;
		try {
			threads.execute(() -> {
				Throwable failure = failureOf(slow);
				this.socket.post(() -> offloadEnded(failure));
			});
		}
		catch (Throwable ex) {
			// A thread that cannot be created fails this connection only.
			this.socket.post(() -> offloadEnded(ex));
		}
	}

	private static @Nullable Throwable failureOf(Runnable slow) {
		try {
			slow.run();
			return null;
		}
		catch (Throwable ex) {
			OutOfMemory.exitIfCauseOf(ex);
			return ex;
		}
	}

	private void offloadEnded(@Nullable Throwable failure) {
		this.offloaded = false;
		if (failure == null) {
			this.socket.continueTurn();
		}
		else if (this.socket.isOpen()) {
			this.socket.failed(failure);
		}
	}

	@Override
	public String id() {
		return this.id;
	}

	@Override
	public InetSocketAddress remote() {
		return this.socket.peer();
	}

	@Override
	public void peer(InetSocketAddress client) throws WireException {
		this.socket.user().peerNamed(client);
	}

	@Override
	public void proxied(ProxyDetails proxy) {
		this.details = this.details.withProxy(proxy);
	}

	@Override
	public void proxyRefused(ProxyRefusal refusal) {
		this.details = this.details.withProxyRefusal(refusal);
	}

	@Override
	public void secured(SSLSession session, TlsDetails details) {
		this.sslSession = session;
		this.details = this.details.withTls(details);
	}

	@Override
	public void sendAtOnce() throws IOException {
		this.socket.channel().setOption(StandardSocketOptions.TCP_NODELAY, true);
	}

	@Override
	public void finish() throws IOException {
		this.socket.channel().shutdownOutput();
	}

}
