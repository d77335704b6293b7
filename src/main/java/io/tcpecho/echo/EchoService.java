package io.tcpecho.echo;

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
	 * Return the service that answers with the very array it was given, without a copy.
	 */
	static EchoService identity() {
		return (message) -> message;
	}

}
