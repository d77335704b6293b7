/**
 * The listeners: their configuration and its checks, their flows, start and drain. Uses
 * the packages {@code echo}, {@code framing}, {@code nio} and {@code connection}.
 *
 * <p>
 * The way of the configuration: {@link io.tcpecho.server.TcpEchoProperties} is what users
 * write, {@link io.tcpecho.server.ServerSettings} what is in force after the checks, and
 * {@link io.tcpecho.server.ListenerRegistrar} makes beans of it.
 */
@NullMarked
package io.tcpecho.server;

import org.jspecify.annotations.NullMarked;
