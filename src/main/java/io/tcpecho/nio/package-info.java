/**
 * The path of bytes between sockets and messages: event loops and connections. This
 * package uses the packages {@code limits}, {@code wire}, {@code framing},
 * {@code payload} and {@code connection}; the package {@code gateway} joins it to Spring
 * Integration.
 *
 * <ul>
 * <li>Loop: {@link io.tcpecho.nio.EventLoop} has the thread, the selector, the tasks and
 * the sweep of deadlines. {@link io.tcpecho.nio.ListeningSocket} accepts on it.</li>
 * <li>Socket: {@link io.tcpecho.nio.LoopSocket} is a socket on a loop, with its wire and
 * its output. Server and client connections each have one.</li>
 * <li>Server: {@link io.tcpecho.nio.NioServerConnection} is the state machine, with
 * {@link io.tcpecho.nio.MessageReader}, {@link io.tcpecho.nio.ServiceCall},
 * {@link io.tcpecho.nio.ReplyQueue} and {@link io.tcpecho.limits.MemoryAccount} as its
 * parts. {@link io.tcpecho.nio.State} has its states.</li>
 * <li>Client: {@link io.tcpecho.nio.NioClientConnection} is driven by a protocol, which
 * is an exchange of the package {@code probe} or a gateway's connection.</li>
 * </ul>
 */
@NullMarked
package io.tcpecho.nio;

import org.jspecify.annotations.NullMarked;
