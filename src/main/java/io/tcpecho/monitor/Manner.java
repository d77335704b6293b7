package io.tcpecho.monitor;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import io.tcpecho.probe.AddressFamily;
import io.tcpecho.probe.Entrance;
import io.tcpecho.probe.Evidence.Setup;
import io.tcpecho.probe.Exchange.Plan;
import io.tcpecho.probe.MessageFormat;
import io.tcpecho.probe.Way;

/**
 * How the exchanges of a target are made. Immutable, but for the certificates of its
 * entrance, which may be renewed.
 *
 * @param format the framing of the messages
 * @param sizes payload bytes of the messages, at least one
 * @param timeout the longest time of one exchange
 * @param family which addresses of a name may be used
 * @param entrance returns what comes between the connect and the message
 */
record Manner(MessageFormat format, List<Integer> sizes, Duration timeout, AddressFamily family,
		Supplier<Entrance> entrance) {

	/** Copy the list. */
	Manner {
		sizes = List.copyOf(sizes);
	}

	/** Return this manner with another timeout. */
	Manner within(Duration other) {
		return new Manner(this.format, this.sizes, other, this.family, this.entrance);
	}

	/** Return how a message of a size is sent. */
	Setup setup(int size, Entrance by) {
		return Setup.of(this.format, this.format.sizeOnWire(size), this.timeout, Duration.ZERO).by(by);
	}

	/** Return the plan of an exchange. */
	Plan plan(int size, Way way) {
		return new Plan(size, false, setup(size, way.entrance())).on(way);
	}

}
