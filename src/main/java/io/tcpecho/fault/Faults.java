package io.tcpecho.fault;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

import io.tcpecho.text.AddressRange;
import io.tcpecho.text.Labels;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong at a listener: its faults in their order, which connections they happen
 * to, and for how long. Immutable.
 *
 * @param faults the faults, the one that a reply meets first at the beginning
 * @param first how many connections they happen to, the first that begin; 0 for any
 * number
 * @param from the source addresses that they happen to; null for all
 * @param seed makes the same connections suffer the same when it is used again
 * @param lasting how long they last
 */
public record Faults(List<Fault> faults, long first, @Nullable AddressRange from, long seed, Duration lasting) {

	private static final int MOST_FAULTS = 16;

	/** Seeds that every JSON parser keeps exactly. */
	private static final long LARGEST_SEED = (1L << 53) - 1;

	public Faults {
		faults = List.copyOf(faults);
	}

	/**
	 * Read what an operator has written.
	 * @param request the members of the JSON object
	 * @param place the listener that they are for
	 * @throws IllegalArgumentException if a member is missing, unknown or wrong; the
	 * message names the member, its value and the limit
	 */
	public static Faults parse(Map<String, ?> request, Place place) {
		Members members = new Members("", request);
		List<Fault> faults = new ArrayList<>();
		List<?> list = members.list("faults", MOST_FAULTS);
		for (int i = 0; i < list.size(); i++) {
			faults.add(parse("faults[" + i + "]", list.get(i), place));
		}
		if (!members.has("for")) {
			throw new IllegalArgumentException("for is missing; it says how long the faults last, at most "
					+ Labels.of(place.maxTime()) + " (tcp-echo.faults.max-time)");
		}
		Duration lasting = Duration.ofNanos(members.nanos("for", ChronoUnit.MILLIS, Duration.ofMillis(1),
				place.maxTime(), " (tcp-echo.faults.max-time)"));
		long first = members.optional("first", 0L, (name) -> members.integer(name, 1, Integer.MAX_VALUE));
		AddressRange from = members.optional("from", null, members::range);
		long seed = members.optional("seed", ThreadLocalRandom.current().nextLong(LARGEST_SEED),
				(name) -> members.integer(name, 0, LARGEST_SEED));
		members.refuseOthers("");
		return new Faults(faults, first, from, seed, lasting);
	}

	private static Fault parse(String path, Object value, Place place) {
		if (!(value instanceof Map<?, ?> object)) {
			throw new IllegalArgumentException(path + " is " + Members.shown(value) + ", and must be an object");
		}
		Members members = new Members(path, object);
		FaultType type = members.required("type", members::type);
		type.check(path, place);
		Fault.Maker maker = type.parse(members);
		double probability = members.optional("probability", 1.0, members::probability);
		members.refuseOthers(" of a fault of type " + type);
		return new Fault(type, probability, maker, members.shown());
	}

	/** Return the faults in a few words, for the log. */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		for (Fault fault : this.faults) {
			text.append(text.isEmpty() ? "" : ", ").append(fault.type());
			fault.members().forEach((name, value) -> {
				if (!name.equals("type")) {
					text.append(' ').append(name).append('=').append(value);
				}
			});
		}
		return text + ((this.first > 0) ? "; first " + this.first + " connections" : "")
				+ ((this.from != null) ? "; from " + this.from : "") + "; seed " + this.seed + "; for "
				+ Labels.of(this.lasting);
	}

	/**
	 * The listener that faults are for.
	 *
	 * @param listener its name
	 * @param maxTime how long faults may last
	 * @param endedByFin whether the client's half-close ends the only message
	 * @param encrypted whether it speaks TLS
	 */
	public record Place(String listener, Duration maxTime, boolean endedByFin, boolean encrypted) {

	}

}
