/**
 * How bytes travel between sockets and Spring Integration: event loops, connections, and
 * the connection factories that the stock TCP gateways use. Uses the packages
 * {@code framing} and {@code connection}.
 *
 * <p>
 * A byte's way through it: {@link io.tcpecho.nio.ListeningSocket} takes a socket from the
 * accept queue, {@link io.tcpecho.nio.NioServerConnectionFactory} makes it a
 * {@link io.tcpecho.nio.NioServerConnection} on an {@link io.tcpecho.nio.EventLoop},
 * which reads, hands complete messages to the gateway, and writes from its
 * {@link io.tcpecho.nio.OutputQueue}. The other side is a
 * {@link io.tcpecho.nio.NioClientConnection} on its {@link io.tcpecho.nio.LoopSocket},
 * which connects by the same loop.
 */
@NullMarked
package io.tcpecho.nio;

import org.jspecify.annotations.NullMarked;
