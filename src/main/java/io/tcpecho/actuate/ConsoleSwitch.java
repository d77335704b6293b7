package io.tcpecho.actuate;

import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Whether there is a console. Where the configuration does not say so, there is one if
 * management is bound to loopback, where only this machine reaches it.
 */
class ConsoleSwitch {

	private final boolean possible;

	private final @Nullable Boolean configured;

	private final BooleanSupplier loopback;

	/**
	 * Create a switch.
	 * @param possible whether there are endpoints at all
	 * @param configured what the configuration says; null for nothing
	 * @param loopback whether management is bound to loopback addresses only
	 */
	ConsoleSwitch(boolean possible, @Nullable Boolean configured, BooleanSupplier loopback) {
		this.possible = possible;
		this.configured = configured;
		this.loopback = loopback;
	}

	/** Return whether there is a console, once the server has started. */
	boolean isOn() {
		return this.possible && ((this.configured != null) ? this.configured : this.loopback.getAsBoolean());
	}

}
