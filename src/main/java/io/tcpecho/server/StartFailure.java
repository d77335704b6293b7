package io.tcpecho.server;

import io.tcpecho.nio.ListenException;

import org.springframework.boot.web.server.PortInUseException;

/**
 * A start that failed because a port or an address cannot be bound now. Another start,
 * with the same configuration, may succeed: the other program ends, or the network comes
 * up. So it has an exit code of its own, by which a service manager knows that it may try
 * again.
 */
public final class StartFailure {

	/** The exit code, EX_TEMPFAIL of sysexits.h. */
	public static final int EXIT_CODE = 75;

	private StartFailure() {
	}

	/** Return whether a start that failed with this exception may succeed later. */
	public static boolean mayPass(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof ListenException || cause instanceof PortInUseException) {
				return true;
			}
		}
		return false;
	}

}
