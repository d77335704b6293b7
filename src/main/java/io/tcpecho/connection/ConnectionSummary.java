package io.tcpecho.connection;

import java.net.InetSocketAddress;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a connection when it has ended.
 *
 * @param id the connection's id, of {@code [a-z0-9-]}
 * @param listener the name of the listener that accepted it
 * @param peer the address at the other end of the socket, a client's or a proxy's; null
 * where the socket was gone before it was asked
 * @param bytesIn payload and framing bytes read
 * @param bytesOut bytes that the socket took, an unfinished reply's included
 * @param messages complete messages read
 * @param age the time from accept to close
 * @param outcome how it ended
 * @param fin whether it ended with FIN, after all that was owed; otherwise with RST
 * @param details what its layers had learnt
 */
public record ConnectionSummary(String id, String listener, @Nullable InetSocketAddress peer, long bytesIn,
		long bytesOut, long messages, Duration age, Outcome outcome, boolean fin, ConnectionDetails details) {

}
