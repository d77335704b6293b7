/**
 * The way of a connection's bytes to and from its socket, in layers: what stands between
 * an application's bytes and the network (TLS, a PROXY header, a greeting, a fault) is a
 * layer on a {@link io.tcpecho.wire.Wire}. It knows no event loop and no Spring.
 */
@NullMarked
package io.tcpecho.wire;

import org.jspecify.annotations.NullMarked;
