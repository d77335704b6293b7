/**
 * The client side: {@link io.tcpecho.client.Exchange} sees everything that one exchange
 * shows on the wire and ends it in a {@link io.tcpecho.client.Verdict};
 * {@link io.tcpecho.client.Probe} makes a series of them. Needs no Spring context. Uses
 * the packages {@code nio}, {@code framing} and {@code connection}.
 */
@NullMarked
package io.tcpecho.client;

import org.jspecify.annotations.NullMarked;
