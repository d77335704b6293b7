package io.tcpecho.connection;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * A connection that can be looked at and ended from any thread.
 */
public interface OpenConnection {

	/** Return what it is doing; never waits for its event loop. */
	ConnectionSnapshot snapshot();

	/** Return what the kernel knows about its path; null where that cannot be asked. */
	@Nullable TcpInfo tcpInfo();

	/**
	 * End it, with outcome {@link Outcome#CLOSED_BY_OPERATOR}.
	 * @return completed once its socket is really closed: with how it ended, or with
	 * nothing if that had happened before; with an {@link UnfinishedMessageException} if
	 * FIN was asked for and would tell the client that something is complete that is not
	 */
	CompletableFuture<Optional<ConnectionSummary>> end(Close close);

	/** How to end a connection. */
	enum Close {

		/** With RST, at once. */
		RESET,

		/**
		 * With FIN. It is allowed only between two messages of a connection that stays
		 * open; elsewhere FIN would mark an incomplete exchange as complete.
		 */
		FIN

	}

	/** Thrown for a connection that FIN must not end now. */
	class UnfinishedMessageException extends RuntimeException {

		/** Create an exception for the connection with this id. */
		public UnfinishedMessageException(String id) {
			super("Connection " + id + " owes a reply or is inside a message, and FIN would say that it is complete");
		}

	}

}
