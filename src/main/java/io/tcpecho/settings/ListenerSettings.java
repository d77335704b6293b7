package io.tcpecho.settings;

import io.tcpecho.settings.TcpEchoProperties.Listener;

/**
 * An enabled listener after the checks.
 *
 * @param name its name
 * @param properties what is configured
 * @param port its port, 0 for any free one
 * @param maxMessageSizeInBytes its largest payload
 * @param maxConnections its connections at a time
 */
public record ListenerSettings(String name, Listener properties, int port, int maxMessageSizeInBytes,
		int maxConnections) {

}
