package io.tcpecho.echo;

import io.tcpecho.payload.Payload;
import org.jspecify.annotations.Nullable;

/**
 * The service behind every listener: answers a message with the same bytes.
 *
 * <p>
 * It runs on an event loop unless the listener names an executor, so an implementation
 * that blocks needs {@code executor: virtual} or {@code pool}. It must be thread-safe:
 * listeners and loops share one bean.
 */
@FunctionalInterface
public interface EchoService {

	/**
	 * Answer one complete message.
	 * @param message the payload, empty only where a framing has empty messages (an empty
	 * line); the service must not keep it after it has returned, but may return it
	 * @return the reply, of the same length as the message. Anything else, {@code null}
	 * included, or an exception, resets the connection
	 */
	byte[] echo(byte[] message);

	/**
	 * Answer one complete message whose bytes need not be in one array. Unless a service
	 * overrides this method, a large message is joined for {@link #echo(byte[])}, in
	 * memory beside {@code tcp-echo.max-buffered}.
	 * @param message the payload; what is kept of it has no bytes any more soon after the
	 * service has returned, but the service may return it
	 * @return the reply, as {@link #echo(byte[])} has it
	 */
	default @Nullable Payload echo(Payload message) {
		byte[] reply = echo(message.toByteArray());
		return (reply != null) ? Payload.of(reply) : null;
	}

	/**
	 * Return the service that answers with the very payload it was given, without a copy.
	 */
	static EchoService identity() {
		return new EchoService() {

			@Override
			public byte[] echo(byte[] message) {
				return message;
			}

			@Override
			public Payload echo(Payload message) {
				return message;
			}

		};
	}

}
