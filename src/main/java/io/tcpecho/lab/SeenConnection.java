package io.tcpecho.lab;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

import io.tcpecho.connection.ConnectionSummary;
import org.jspecify.annotations.Nullable;

/**
 * How one connection looked from the lab. Its loop writes it, any loop reads it.
 */
final class SeenConnection {

	private static final long NEVER = -1;

	private final String token;

	private final InetSocketAddress peer;

	private final long lineAt;

	private long bytesIn;

	private long bytesOut;

	/** This and the fields below: nanoseconds after the first line. */
	private long fin = NEVER;

	private long rst = NEVER;

	private long replied = NEVER;

	private long closed = NEVER;

	private @Nullable ConnectionSummary summary;

	/** The first line with this token is complete at this {@link System#nanoTime()}. */
	SeenConnection(String token, InetSocketAddress peer, long now) {
		this.token = token;
		this.peer = peer;
		this.lineAt = now;
	}

	String token() {
		return this.token;
	}

	/** Return the time of the first line. */
	long lineAt() {
		return this.lineAt;
	}

	/** Bytes behind the first line came. */
	synchronized void received(long bytes) {
		this.bytesIn += bytes;
	}

	/** The socket took bytes of the reply. */
	synchronized void sent(long bytes) {
		this.bytesOut += bytes;
	}

	/** The last byte of the reply is with the socket. */
	synchronized void replied(long now) {
		this.replied = (this.replied == NEVER) ? now - this.lineAt : this.replied;
	}

	/** The client's FIN came. */
	synchronized void fin(long now) {
		this.fin = (this.fin == NEVER) ? now - this.lineAt : this.fin;
	}

	/** The client's RST came. */
	synchronized void rst(long now) {
		this.rst = (this.rst == NEVER) ? now - this.lineAt : this.rst;
	}

	/** The connection has ended. */
	synchronized void closed(ConnectionSummary summary, long now) {
		this.summary = summary;
		this.closed = now - this.lineAt;
	}

	/** Describe it as one line of JSON. */
	synchronized String toJson() {
		ConnectionSummary ended = this.summary;
		return "{\"token\": \"" + this.token + "\", \"known\": true, \"peer\": \"" + address() + "\", \"bytesIn\": "
				+ this.bytesIn + ", \"bytesOut\": " + this.bytesOut + ", \"finMicros\": " + micros(this.fin)
				+ ", \"rstMicros\": " + micros(this.rst) + ", \"repliedMicros\": " + micros(this.replied)
				+ ", \"closedMicros\": " + micros(this.closed) + ", \"outcome\": "
				+ ((ended != null) ? "\"" + ended.outcome() + "\"" : "null") + ", \"end\": "
				+ ((ended != null) ? (ended.fin() ? "\"FIN\"" : "\"RST\"") : "null") + "}";
	}

	private String address() {
		String host = this.peer.getAddress().getHostAddress();
		return (host.indexOf(':') < 0) ? host + ":" + this.peer.getPort() : "[" + host + "]:" + this.peer.getPort();
	}

	private static String micros(long nanos) {
		return (nanos == NEVER) ? "null" : Long.toString(TimeUnit.NANOSECONDS.toMicros(nanos));
	}

}
