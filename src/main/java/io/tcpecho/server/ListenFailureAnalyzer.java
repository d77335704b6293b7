package io.tcpecho.server;

import io.tcpecho.nio.ListenException;
import io.tcpecho.text.Printable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains why a listener cannot listen.
 */
class ListenFailureAnalyzer extends AbstractFailureAnalyzer<ListenException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ListenException cause) {
		String key = "tcp-echo.listeners." + cause.getListener();
		return new FailureAnalysis(Printable.of(cause.getMessage() + "."),
				"Stop the program that uses the port, or set " + key
						+ ".port to a free one that this user may bind (0 for any), or " + key
						+ ".address to an address of this machine.",
				cause);
	}

}
