package io.tcpecho.server;

import java.time.Duration;

import io.tcpecho.text.Amounts;
import io.tcpecho.text.Labels;

/**
 * The event that the server has been told to stop.
 *
 * @param open connections that are open
 * @param delay how long new connections are still served
 * @param timeout how long open connections may go on after that
 */
public record DrainBegan(int open, Duration delay, Duration timeout) {

	/** Describe it in one line. */
	@Override
	public String toString() {
		return "Stopping: "
				+ (this.delay.isZero() ? "" : "new connections are served for another " + Labels.of(this.delay) + "; ")
				+ Amounts.count(this.open, "connection") + ((this.open == 1) ? " is open" : " are open")
				+ ", and may finish within " + Labels.of(this.delay.plus(this.timeout));
	}

}
