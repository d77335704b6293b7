package io.tcpecho.nio;

import io.tcpecho.payload.Payload;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.Message;

/**
 * The gateway that the messages of one connection go to. It is called on the loop's
 * thread unless a method says otherwise.
 */
public interface ConnectionGateway {

	/** The connection is open. */
	void connectionOpened();

	/** Make a message for the gateway; null if the gateway does not want it. */
	@Nullable Message<?> message(Payload payload);

	/** Serve a message; on the loop or on a thread of the service's executor. */
	void deliver(@Nullable Message<?> message);

	/** The connection has failed, and ends. */
	void connectionFailed(Throwable cause);

	/** The connection is closed, and no call of the service runs. Any thread. */
	void connectionClosed();

}
