package io.tcpecho.probe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.net.ssl.SSLSession;

import io.tcpecho.connection.TlsDetails;
import io.tcpecho.nio.EventLoop;
import io.tcpecho.nio.Failure;
import io.tcpecho.proxy.ProxyHeaderFormat;
import io.tcpecho.text.Amounts;
import io.tcpecho.text.Labels;
import io.tcpecho.text.SocketAddresses;
import io.tcpecho.tls.SessionDetails;
import io.tcpecho.tls.TlsFailure;
import io.tcpecho.tls.TlsListener;
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
final class Entry implements TlsListener {

	/** What the JDK puts before the reason why it trusts a certificate not. */
	private static final Pattern CLASS_NAMES = Pattern.compile("^PKIX path \\w+ failed: (?:(?:\\w+\\.)+\\w+: )?");

	private final Way way;

	private final InetSocketAddress peer;

	private final Supplier<@Nullable InetSocketAddress> local;

	private final Runnable entered;

	private final long deadline;

	private @Nullable EventLoop loop;

	/** The tunnels, as far as they were created. */
	private final List<TunnelWire> tunnels = new ArrayList<>();

	private int openTunnels;

	private long connectedAt;

	private long viaNanos = Result.NEVER;

	private @Nullable HelloWire belowTls;

	private long tlsNanos = Result.NEVER;

	private Passage.@Nullable Session session;

	private @Nullable TlsFailure tlsFailure;

	/** How the peer ended its stream, if TLS told it. */
	private @Nullable Boolean endedByCloseNotify;

	private @Nullable PreambleWire preambleWire;

	/** When the greeting was complete. */
	private long greetedAt = Result.NEVER;

	/** When the message was sent although the greeting had not come. */
	private long begunWithoutGreeting = Result.NEVER;

	/**
	 * Prepare the entry of a connection.
	 * @param peer the address that is connected to
	 * @param local returns the connection's own address once it is connected
	 * @param entered called when the message may go, unless that is at once
	 * @param deadline the {@link System#nanoTime()} by which the exchange must be over
	 */
	Entry(Way way, InetSocketAddress peer, Supplier<@Nullable InetSocketAddress> local, Runnable entered,
			long deadline) {
		this.way = way;
		this.peer = peer;
		this.local = local;
		this.entered = entered;
		this.deadline = deadline;
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
		ClientTls tls = tls();
		if (tls != null) {
			layers.add((below, host) -> this.belowTls = new HelloWire(below));
			layers.add(tls.layer(this.way.target(), this));
		}
		if (!preamble().isEmpty()) {
			layers.add((below, host) -> {
				this.preambleWire = new PreambleWire(below, preamble(), this::greeted);
				return this.preambleWire;
			});
		}
		return layers;
	}

	/** The connection is established. */
	void connected(EventLoop current) {
		this.connectedAt = System.nanoTime();
		this.loop = current;
		if (isEntered()) {
			awaitGreeting();
		}
	}

	private void opened() {
		this.openTunnels++;
		if (isTunnelled()) {
			this.viaNanos = System.nanoTime() - this.connectedAt;
			proceed();
		}
	}

	/** Let the message go, or await the greeting, if everything before that has come. */
	private void proceed() {
		if (mayBegin()) {
			this.entered.run();
		}
		else if (isEntered()) {
			awaitGreeting();
		}
	}

	@Override
	public void handshakeFinished(SSLSession session, TlsDetails details, Duration time) {
		this.tlsNanos = time.toNanos();
		this.session = new Passage.Session(details.protocol(), details.cipher(), details.sni(), details.alpn(),
				details.resumed(), SessionDetails.peerCertificate(session), SessionDetails.peerExpiry(session));
		proceed();
	}

	@Override
	public void failed(TlsFailure failure, boolean handshakeFinished) {
		this.tlsFailure = failure;
	}

	@Override
	public void inputEnded(boolean closeNotify) {
		this.endedByCloseNotify = closeNotify;
	}

	private @Nullable ClientTls tls() {
		return this.way.entrance().tls();
	}

	private boolean isTunnelled() {
		return this.openTunnels == this.way.entrance().proxies().size();
	}

	/** Return whether everything has come that is between the connect and the target. */
	boolean isEntered() {
		return isTunnelled() && (tls() == null || isSecured());
	}

	private boolean isSecured() {
		return this.session != null;
	}

	// The preamble of the server

	private Preamble preamble() {
		return this.way.entrance().preamble();
	}

	/** Return whether the message may go. */
	boolean mayBegin() {
		return isEntered() && !awaitsGreeting();
	}

	/** Return whether the message waits for the greeting of the server. */
	private boolean awaitsGreeting() {
		return preamble().greets() && this.greetedAt == Result.NEVER && this.begunWithoutGreeting == Result.NEVER;
	}

	/** Give the greeting half of the time that is left of the exchange. */
	private void awaitGreeting() {
		if (awaitsGreeting()) {
			long left = Math.max(0, this.deadline - System.nanoTime());
			Objects.requireNonNull(this.loop).schedule(left / 2, this::greetingIsLate);
		}
	}

	private void greeted() {
		boolean awaited = awaitsGreeting();
		this.greetedAt = System.nanoTime();
		if (awaited) {
			this.entered.run();
		}
	}

	/** Let the message go: the greeting has not come in time. */
	private void greetingIsLate() {
		if (awaitsGreeting()) {
			this.begunWithoutGreeting = System.nanoTime();
			this.entered.run();
		}
	}

	/** Return the verdict of an exchange that has ended with a verdict. */
	Judgement judge(Verdict verdict, String detail) {
		if (this.begunWithoutGreeting == Result.NEVER || verdict == Verdict.CORRUPT || verdict == Verdict.EXTRA_BYTES
				|| verdict == Verdict.LOCAL_ERROR || verdict == Verdict.NO_GREETING) {
			return new Judgement(verdict, detail);
		}
		String how = (this.greetedAt == Result.NEVER) ? "no greeting"
				: String.format(Locale.ROOT, "the greeting came %.3f ms after our message was sent",
						Result.millis(this.greetedAt - this.begunWithoutGreeting));
		return new Judgement(Verdict.NO_GREETING, how + "; then " + verdict + (detail.isEmpty() ? "" : ": " + detail));
	}

	/** Return what the way in has shown so far. */
	Passage passage() {
		return new Passage(this.viaNanos, this.tlsNanos, (this.belowTls != null) ? this.belowTls.received() : 0,
				this.session, this.tlsFailure, (this.preambleWire != null) ? this.preambleWire.replica() : null);
	}

	/** Return what the peer ended its stream with, once it has. */
	String end() {
		return (this.endedByCloseNotify == null) ? "FIN"
				: this.endedByCloseNotify ? "close_notify" : "FIN without close_notify";
	}

	/**
	 * Return whether the peer has ended its stream by a FIN that may have cut it, and
	 * that is not accepted.
	 */
	boolean isCut() {
		ClientTls tls = tls();
		return Boolean.FALSE.equals(this.endedByCloseNotify) && tls != null && !tls.acceptsTruncation();
	}

	/**
	 * Judge how an established connection ended.
	 * @return null if that is not the affair of the way in
	 */
	@Nullable Judgement judge(Failure kind, IOException cause) {
		if (cause instanceof PreambleException wrong) {
			return (this.begunWithoutGreeting != Result.NEVER && this.greetedAt == Result.NEVER)
					? new Judgement(Verdict.NO_GREETING,
							"no greeting; what came is something else: " + wrong.getMessage())
					: new Judgement(Verdict.CORRUPT, String.valueOf(wrong.getMessage()));
		}
		ViaException via = Stream.concat(Stream.of(cause), Stream.of(cause.getSuppressed()))
			.filter(ViaException.class::isInstance)
			.map(ViaException.class::cast)
			.findFirst()
			.orElse(null);
		if (via != null) {
			return new Judgement(via.isRefused() ? Verdict.VIA_REFUSED : Verdict.VIA_FAILED,
					proxy() + (via.isRefused() ? ", refused: " : ": ") + via.getMessage());
		}
		if (this.belowTls != null && !isSecured() && this.belowTls.isEchoed()) {
			return new Judgement(Verdict.TLS_NOT_SPOKEN, "The peer has sent our own hello back");
		}
		if (this.tlsFailure != null) {
			return judge(this.tlsFailure);
		}
		if (isEntered() || kind != Failure.RESET && kind != Failure.TIMEOUT) {
			return null;
		}
		String how = (kind == Failure.RESET) ? "RST" : "silence";
		if (!isTunnelled()) {
			return new Judgement(Verdict.VIA_FAILED, proxy() + ": " + how + " after "
					+ Amounts.count(this.tunnels.get(this.openTunnels).answered(), "byte") + " of its answer");
		}
		return new Judgement((kind == Failure.RESET) ? Verdict.TLS_CUT : Verdict.TLS_STALLED,
				how + " inside the handshake" + progress());
	}

	private Judgement judge(TlsFailure failure) {
		return switch (failure.kind()) {
			case ALERT -> new Judgement(Verdict.TLS_REFUSED,
					"alert " + failure.alert() + (isSecured() ? ", after the handshake" : ""));
			case UNTRUSTED -> new Judgement(Verdict.TLS_UNTRUSTED, Labels.of(Objects.requireNonNull(failure.check()))
					+ ": " + CLASS_NAMES.matcher(failure.message()).replaceFirst(""));
			case NOT_TLS -> new Judgement(Verdict.TLS_NOT_SPOKEN, failure.message());
			case CUT -> new Judgement(Verdict.TLS_CUT, failure.message() + progress());
			case TIMEOUT -> new Judgement(Verdict.TLS_STALLED, "silence inside the handshake" + progress());
			case MISMATCH -> isSecured() ? new Judgement(Verdict.CORRUPT, "record of TLS: " + failure.message())
					: new Judgement(Verdict.TLS_REFUSED, "by this side: " + failure.message());
		};
	}

	/** Return how much of a handshake has moved. */
	private String progress() {
		HelloWire counted = Objects.requireNonNull(this.belowTls);
		return ", with " + counted.sent() + " bytes sent and " + counted.received() + " received";
	}

	/** Return the proxy that is to become a tunnel, and where to. */
	private String proxy() {
		InetSocketAddress stop = this.way.stops().get(this.openTunnels);
		return this.way.entrance().proxies().get(this.openTunnels) + ", asked for " + SocketAddresses.text(stop);
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
