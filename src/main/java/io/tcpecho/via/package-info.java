/**
 * Proxies that a client asks for a connection to elsewhere: the layer
 * {@link io.tcpecho.via.TunnelWire} speaks SOCKS 5 or the CONNECT of HTTP until the proxy
 * has become a tunnel. Uses {@code wire}, {@code connection} and {@code text} only.
 */
@NullMarked
package io.tcpecho.via;

import org.jspecify.annotations.NullMarked;
