package io.tcpecho.monitor;

import io.tcpecho.probe.Target;

/**
 * Where the exchanges of a configured target go. Immutable.
 *
 * @param target the host and the port
 * @param everyAddress whether they go to every address of the host but our own, and not
 * only to its first
 */
record Destination(Target target, boolean everyAddress) {

	private static final String EVERY_ADDRESS = "dns:";

	/**
	 * Read {@code HOST:PORT} or {@code dns:NAME:PORT}.
	 * @throws IllegalArgumentException naming what is wrong
	 */
	static Destination parse(String text) {
		boolean every = text.startsWith(EVERY_ADDRESS);
		return new Destination(Target.parse(every ? text.substring(EVERY_ADDRESS.length()) : text), every);
	}

	/** Return it as the configuration has it. */
	@Override
	public String toString() {
		return (this.everyAddress ? EVERY_ADDRESS : "") + this.target;
	}

}
