package io.tcpecho.connection;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * An open connection at one moment. The counters are read one after the other while the
 * connection goes on.
 *
 * @param id the connection's id, of {@code [a-z0-9-]}
 * @param listener the name of the listener that accepted it
 * @param peer the address at the other end of the socket, a client's or a proxy's
 * @param local this side's address, null if it has just been closed
 * @param openedAt when it was accepted
 * @param age the time since then
 * @param idle the time since the last byte in either direction
 * @param phase what it is doing
 * @param draining whether it ends as soon as nothing is owed
 * @param bytesIn payload and framing bytes read
 * @param bytesOut bytes that the socket took
 * @param messages complete messages read
 * @param details what its layers have learnt
 */
public record ConnectionSnapshot(String id, String listener, InetSocketAddress peer, @Nullable InetSocketAddress local,
		Instant openedAt, Duration age, Duration idle, Phase phase, boolean draining, long bytesIn, long bytesOut,
		long messages, ConnectionDetails details) {

	/** Return when the last byte went in either direction. */
	public Instant lastActiveAt() {
		return this.openedAt.plus(this.age).minus(this.idle);
	}

}
