package io.tcpecho.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * TCP ports for servers whose port must be known before they start, or that bind theirs
 * again. They are below those that Linux gives to clients, where any connection of a test
 * beside may take a port that is free for a moment.
 */
public final class FreePort {

	private static final int LOWEST = 12_000;

	private static final int PORTS_OF_A_PROCESS = 100;

	private static final int PROCESSES = 200;

	/** Processes that run at the same time begin at other ports. */
	private static final int FIRST = LOWEST + (int) (ProcessHandle.current().pid() % PROCESSES) * PORTS_OF_A_PROCESS;

	private static final AtomicInteger NEXT = new AtomicInteger();

	private FreePort() {
	}

	/** Return a port that is free on all addresses, and another one with each call. */
	public static int next() {
		for (int i = 0; i < PORTS_OF_A_PROCESS; i++) {
			int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), PORTS_OF_A_PROCESS);
			try (ServerSocket socket = new ServerSocket(port)) {
				return socket.getLocalPort();
			}
			catch (IOException ex) {
				// Taken by another process.
			}
		}
		throw new AssertionError("No port from " + FIRST + " on is free");
	}

}
