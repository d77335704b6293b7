package io.tcpecho.probe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.tcpecho.nio.Failure;
import io.tcpecho.proxy.ProxyHeaderFormat;
import io.tcpecho.text.SocketAddresses;
import io.tcpecho.via.TunnelWire;
import io.tcpecho.via.ViaException;
import io.tcpecho.via.ViaProxy;
import io.tcpecho.wire.PrefixWire;
import io.tcpecho.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * The entry of one connection on its {@link Way}: it has the layers, learns from them how
 * far they got, and judges how the connection ended where that is their affair. On the
 * loop's thread only.
 */
final class Entry {

	private final Way way;

	private final InetSocketAddress peer;

	private final Supplier<@Nullable InetSocketAddress> local;

	private final Runnable entered;

	/** The tunnels, as far as they were created. */
	private final List<TunnelWire> tunnels = new ArrayList<>();

	private int openTunnels;

	private long connectedAt;

	private long viaNanos = Result.NEVER;

	/**
	 * Prepare the entry of a connection.
	 * @param peer the address that is connected to
	 * @param local returns the connection's own address once it is connected
	 * @param entered called when the message may go, unless that is at once
	 */
	Entry(Way way, InetSocketAddress peer, Supplier<@Nullable InetSocketAddress> local, Runnable entered) {
		this.way = way;
		this.peer = peer;
		this.local = local;
		this.entered = entered;
	}

	/** Return the layers, the innermost first. */
	List<Wire.Layer> layers() {
		List<Wire.Layer> layers = new ArrayList<>();
		List<ViaProxy> proxies = this.way.entrance().proxies();
		for (int i = 0; i < proxies.size(); i++) {
			layers.add(proxies.get(i).layer(this.way.stops().get(i), this.tunnels::add, this::opened));
		}
		ProxyHeaderFormat header = this.way.entrance().header();
		if (header != null) {
			Supplier<byte[]> bytes = () -> header.bytes(this.local.get(), this.way.end(this.peer));
			layers.add(this.way.entrance().splitHeader() ? PrefixWire.split(bytes) : PrefixWire.of(bytes));
		}
		return layers;
	}

	/** The connection is established. */
	void connected() {
		this.connectedAt = System.nanoTime();
	}

	private void opened() {
		this.openTunnels++;
		if (isTunnelled()) {
			this.viaNanos = System.nanoTime() - this.connectedAt;
			this.entered.run();
		}
	}

	private boolean isTunnelled() {
		return this.openTunnels == this.way.entrance().proxies().size();
	}

	/** Return whether the message may go. */
	boolean isEntered() {
		return isTunnelled();
	}

	/** Return how long the way in took. */
	Passage passage() {
		return new Passage(this.viaNanos);
	}

	/**
	 * Judge how an established connection ended.
	 * @return null if that is not the affair of the way in
	 */
	@Nullable Judgement judge(Failure kind, IOException cause) {
		ViaException via = Stream.concat(Stream.of(cause), Stream.of(cause.getSuppressed()))
			.filter(ViaException.class::isInstance)
			.map(ViaException.class::cast)
			.findFirst()
			.orElse(null);
		if (via != null) {
			return new Judgement(via.isRefused() ? Verdict.VIA_REFUSED : Verdict.VIA_FAILED,
					proxy() + ((via.isRefused()) ? " refused: " : ": ") + via.getMessage());
		}
		if (isTunnelled() || kind != Failure.RESET && kind != Failure.TIMEOUT) {
			return null;
		}
		return new Judgement(Verdict.VIA_FAILED, proxy() + ((kind == Failure.RESET) ? ": RST" : ": silence") + " after "
				+ this.tunnels.get(this.openTunnels).answered() + " bytes of its answer");
	}

	/** Return the proxy that is to become a tunnel, and where to. */
	private String proxy() {
		InetSocketAddress stop = this.way.stops().get(this.openTunnels);
		return this.way.entrance().proxies().get(this.openTunnels) + ", asked for " + ((stop.getAddress() != null)
				? SocketAddresses.text(stop) : SocketAddresses.hostAndPort(stop.getHostString(), stop.getPort()));
	}

	/**
	 * The verdict of an exchange that the way in ended.
	 *
	 * @param verdict the verdict
	 * @param detail what happened, in a few words
	 */
	record Judgement(Verdict verdict, String detail) {

	}

}
