package io.tcpecho.server;

import io.tcpecho.text.Amounts;

/**
 * The event that the drain is over.
 *
 * @param millis how long it took from the close of the ports
 * @param open connections that were open then
 * @param ended connections that have ended with FIN since, or by their clients
 * @param reset connections that were reset since, or are reset now because their time is
 * over
 */
public record DrainEnded(long millis, long open, long ended, long reset) {

	/** Describe it in one line. */
	@Override
	public String toString() {
		return "Drained in " + this.millis + " ms: " + Amounts.count(this.open, "connection")
				+ ((this.open == 1) ? " was open, " : " were open, ") + this.ended + " ended by themselves, "
				+ this.reset + ((this.reset == 1) ? " is reset" : " are reset");
	}

}
