/**
 * The path of bytes between sockets and Spring Integration: event loops, connections, and
 * the connection factories that the stock TCP gateways use. This package uses the
 * packages {@code wire}, {@code framing} and {@code connection}.
 *
 * <ul>
 * <li>Loop: {@link io.tcpecho.nio.EventLoop} has the thread, the selector, the tasks and
 * the sweep of deadlines. {@link io.tcpecho.nio.ListeningSocket} accepts on it.</li>
 * <li>Socket: {@link io.tcpecho.nio.LoopSocket} is a socket on a loop, with its wire and
 * its output. Server and client connections each have one.</li>
 * <li>Server: {@link io.tcpecho.nio.NioServerConnection} is the state machine, with
 * {@link io.tcpecho.nio.MessageReader}, {@link io.tcpecho.nio.ServiceCall},
 * {@link io.tcpecho.nio.ReplyQueue} and {@link io.tcpecho.nio.MemoryAccount} as its
 * parts. {@link io.tcpecho.nio.State} has its states.</li>
 * <li>Client: {@link io.tcpecho.nio.NioClientConnection} is driven by a protocol, which
 * is an exchange of the package {@code probe} or a gateway's connection.</li>
 * <li>Spring: {@link io.tcpecho.nio.NioServerConnectionFactory},
 * {@link io.tcpecho.nio.GatewayServerConnection} and their counterparts of the client are
 * the only classes that extend Spring's.</li>
 * </ul>
 */
@NullMarked
package io.tcpecho.nio;

import org.jspecify.annotations.NullMarked;
