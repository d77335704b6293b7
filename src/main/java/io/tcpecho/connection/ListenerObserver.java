package io.tcpecho.connection;

/**
 * Told of every connection of a listener. Called on event loops, which it must not block;
 * what it throws is logged and ignored.
 */
public interface ConnectionObserver {

	/**
	 * A connection was accepted, whatever becomes of it.
	 */
	default void accepted() {
	}

	/**
	 * An accepted connection has ended; called exactly once for each.
	 */
	void closed(ConnectionSummary connection);

}
