package io.tcpecho.actuate;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

import io.tcpecho.limits.Throttle;
import io.tcpecho.text.Amounts;

/**
 * Records requests that were refused for their credentials or their origin, at most one
 * of each kind a second, so that no client can fill the log. The next record of a kind
 * says how many were left out. Any thread may call it.
 */
class Refusals {

	private final Audit audit;

	private final Map<Kind, Throttle> throttles = new EnumMap<>(Kind.class);

	/**
	 * Create the records.
	 * @param nanoTime the clock, as {@link System#nanoTime}
	 */
	Refusals(Audit audit, LongSupplier nanoTime) {
		this.audit = audit;
		for (Kind kind : Kind.values()) {
			this.throttles.put(kind, new Throttle(nanoTime));
		}
	}

	/**
	 * Record a refusal, unless another of its kind was recorded less than a second ago.
	 * @param name the name that the client gave; empty for none
	 * @param address the address of the client
	 */
	void refused(Kind kind, String name, String address) {
		Throttle throttle = Objects.requireNonNull(this.throttles.get(kind));
		if (throttle.tryPass()) {
			record(kind, Audit.shown(name), Audit.shown(address), throttle.takeLeftOut());
		}
	}

	private void record(Kind kind, String name, String address, long leftOut) {
		Map<String, String> data = new LinkedHashMap<>();
		data.put("address", address);
		data.put("result", kind.text);
		data.put("leftOut", Long.toString(leftOut));
		this.audit.record(Audit.REFUSED, name.isEmpty() ? "anonymous" : name, "refused "
				+ (name.isEmpty() ? "a request" : "the login of '" + name + "'") + " from " + address + ": " + kind.text
				+ ((leftOut > 0)
						? "; " + Amounts.count(leftOut, "more refusal") + " of this kind before were not logged" : ""),
				data);
	}

	/** Why a request is refused. */
	enum Kind {

		/** No such name, or not its password. */
		CREDENTIALS("wrong name or password"),

		/** No name and password can be right. */
		NO_OPERATOR("no operator is configured"),

		/** A user without the role of an operator. */
		ROLE("the role OPERATOR is missing"),

		/** A write that a page of another site makes a browser send. */
		OTHER_SITE("a page of another site sent it"),

		/** Without a login: a name in the Host header that is not of loopback. */
		OTHER_HOST("its Host header or its address is not of loopback");

		private final String text;

		Kind(String text) {
			this.text = text;
		}

	}

}
