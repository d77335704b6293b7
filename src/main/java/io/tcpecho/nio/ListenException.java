package io.tcpecho.nio;

import java.io.IOException;
import java.net.UnknownHostException;

/**
 * Thrown when a listener cannot listen on its address and port.
 */
public class ListenException extends RuntimeException {

	private final String listener;

	private final String address;

	private final int port;

	ListenException(String listener, String address, int port, IOException cause) {
		super("Listener " + listener + " cannot listen on " + address + " port " + port + ": " + reason(cause), cause);
		this.listener = listener;
		this.address = address;
		this.port = port;
	}

	private static String reason(IOException cause) {
		return (cause instanceof UnknownHostException) ? "unknown address" : String.valueOf(cause.getMessage());
	}

	/** Return the name of the listener. */
	public String getListener() {
		return this.listener;
	}

	/** Return the address as it was configured, "all addresses" if it was not. */
	public String getAddress() {
		return this.address;
	}

	/** Return the port. */
	public int getPort() {
		return this.port;
	}

}
