package io.tcpecho.settings;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The PROXY header with which the connections of a listener begin.
 *
 * @param mode whether connections begin with a PROXY header, version 1 or 2, that names
 * the client: off, they do not; required, a connection without a valid one is reset. A
 * header is never guessed
 * @param from addresses that send the header and are believed, as a list of CIDR ranges
 * such as 10.0.0.0/8. Unset: all addresses, so that every client can claim any address
 * @param others treatment of the addresses that are not in proxy-protocol.from: reset, or
 * direct, which serves them without a header
 * @param maxHeaderSize size of the largest header, from 232 to 65551 bytes
 */
public record ProxyProtocolProperties(@DefaultValue("off") Mode mode, @Nullable List<String> from,
		@DefaultValue("reset") Others others, @DefaultValue("16KB") DataSize maxHeaderSize) {

	/**
	 * Return the ranges of the addresses that send the header, none if they are unset.
	 */
	List<String> configuredFrom() {
		return (this.from != null) ? this.from : List.of();
	}

	/** Whether connections begin with a PROXY header. */
	public enum Mode {

		/** They do not. */
		OFF,

		/** They do. */
		REQUIRED

	}

	/** The treatment of addresses that are no known proxy. */
	public enum Others {

		/** They are reset. */
		RESET,

		/** They are served without a header. */
		DIRECT

	}

}
