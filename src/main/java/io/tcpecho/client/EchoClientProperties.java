package io.tcpecho.client;

import java.time.Duration;

import io.tcpecho.framing.Framing;
import io.tcpecho.text.Labels;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The keys that users configure under {@code tcp-echo.client}, for the {@link EchoClient}
 * that applications inject. Unknown keys are refused, also where only the client is used.
 *
 * @param enabled whether there is a bean EchoClient; further ones can be made all the
 * same
 * @param host name or address of the server. The name is looked up for each connection
 * @param port TCP port of the server, from 1 to 65535
 * @param framing rule that tells where a message ends. It is that of the server, and
 * cannot be stream
 * @param maxMessageSize size of the largest reply, from 1 to 2147483639 bytes; with
 * framing fixed the length of each message
 * @param connectTimeout longest time until the connection is established, from 1ms to
 * 365d
 * @param exchangeTimeout longest time from the message sent to its whole reply, from 1ms
 * to 365d. With a framing that keeps its connection it includes the wait for a free
 * connection
 */
@ConfigurationProperties(prefix = EchoClientProperties.PREFIX, ignoreUnknownFields = false)
public record EchoClientProperties(@DefaultValue("true") boolean enabled, @DefaultValue("localhost") String host,
		@DefaultValue("7007") int port, @DefaultValue("eof") Framing framing,
		@DefaultValue("5KB") DataSize maxMessageSize, @DefaultValue("5s") Duration connectTimeout,
		@DefaultValue("10s") Duration exchangeTimeout) {

	/** The prefix of all its keys. */
	public static final String PREFIX = "tcp-echo.client";

	/**
	 * Return the properties of a client for one server.
	 * @param framing as a configuration file names it
	 * @param maxMessageSize in bytes
	 * @param timeout for the connect and for the exchange, each
	 */
	public static EchoClientProperties of(String host, int port, String framing, long maxMessageSize,
			Duration timeout) {
		return new EchoClientProperties(true, host, port, Labels.parse(Framing.class, framing),
				DataSize.ofBytes(maxMessageSize), timeout, timeout);
	}

}
