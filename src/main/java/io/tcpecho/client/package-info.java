/**
 * The client side: {@link io.tcpecho.client.EchoClient} for Spring applications, and
 * {@link io.tcpecho.client.Exchange}, which sees everything that one exchange shows on
 * the wire and ends it in a {@link io.tcpecho.client.Verdict}, with
 * {@link io.tcpecho.client.Probe} and {@link io.tcpecho.client.Load}, which make many of
 * them; these need no Spring context. Uses the packages {@code nio}, {@code framing} and
 * {@code connection}.
 */
@NullMarked
package io.tcpecho.client;

import org.jspecify.annotations.NullMarked;
