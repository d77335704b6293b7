package io.tcpecho.server;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.tcpecho.fault.FaultType;
import io.tcpecho.fault.FaultsInForce;
import io.tcpecho.fault.ListenerFaults;
import io.tcpecho.text.AddressRange;
import org.jspecify.annotations.Nullable;

/**
 * The faults of a listener at one moment. Endpoints write it as JSON; the members that
 * say what is in force are null while nothing is.
 *
 * @param listener the name of the listener
 * @param faults the faults in force as they were set, in their order
 * @param first how many connections they happen to; null for any number
 * @param from the source addresses that they happen to; null for all
 * @param seed makes the same connections suffer the same when it is set again
 * @param since when they were set
 * @param until when they end by themselves
 * @param leftMillis how long that is from now
 * @param connections how many connections have begun that they may happen to
 * @param acted how many connections a fault of a type has changed since the start, those
 * before included, without zeros
 */
public record FaultStatus(String listener, List<Map<String, Object>> faults, @Nullable Long first,
		@Nullable String from, @Nullable Long seed, @Nullable Instant since, @Nullable Instant until,
		@Nullable Long leftMillis, @Nullable Long connections, Map<String, Long> acted) {

	/** Return the faults of a listener. */
	public static FaultStatus of(EchoListener listener) {
		ListenerFaults own = listener.getFaults().orElseThrow();
		Map<FaultType, Long> acted = new EnumMap<>(FaultType.class);
		for (FaultType type : FaultType.values()) {
			if (own.count(type) > 0) {
				acted.put(type, own.count(type));
			}
		}
		return own.inForce()
			.map((current) -> of(listener.getName(), current, labels(acted)))
			.orElseGet(() -> new FaultStatus(listener.getName(), List.of(), null, null, null, null, null, null, null,
					labels(acted)));
	}

	private static FaultStatus of(String listener, FaultsInForce current, Map<String, Long> acted) {
		AddressRange from = current.faults().from();
		long leftMillis = current.left().toMillis();
		return new FaultStatus(listener, current.written(),
				(current.faults().first() > 0) ? current.faults().first() : null,
				(from != null) ? from.toString() : null, current.faults().seed(), current.since(),
				current.since().plus(current.faults().lasting()).truncatedTo(ChronoUnit.MILLIS), leftMillis,
				current.connections(), acted);
	}

	private static Map<String, Long> labels(Map<FaultType, Long> counts) {
		Map<String, Long> labels = new LinkedHashMap<>();
		counts.forEach((type, count) -> labels.put(type.toString(), count));
		return labels;
	}

}
