package io.tcpecho.probe;

import io.tcpecho.probe.Evidence.Route;
import io.tcpecho.text.Json;
import org.jspecify.annotations.Nullable;

/**
 * The result of an exchange as JSON, as the command {@code probe} and the endpoint
 * {@code /actuator/probe} write it. What is unknown, or did not happen, is null.
 */
public final class ResultJson {

	private ResultJson() {
	}

	/**
	 * Return a result.
	 * @param name the member that tells what the exchange belongs to, such as
	 * {@code target}
	 * @param value its value
	 */
	public static Json of(Result result, String name, Object value) {
		Route route = result.evidence().route();
		return new Json().with("seq", result.seq())
			.with("verdict", result.verdict())
			.with("size", result.size())
			.with("bytesSent", result.bytesSent())
			.with("bytesReceived", result.bytesReceived())
			.with("connectMillis", millis(result.connectNanos()))
			.with("passage", PassageJson.of(result.passage()))
			.with("firstByteMillis", millis(result.firstByteNanos()))
			.with("totalMillis", Result.millis(result.totalNanos()))
			.with("detail", result.detail())
			.with("beganAt", route.beganAt())
			.with("address", (route.peer() != null) ? route.peer().getAddress().getHostAddress() : null)
			.with("localPort", (route.local() != null) ? route.local().getPort() : null)
			.with(name, value)
			.with("evidence", EvidenceJson.of(result.evidence()));
	}

	private static @Nullable Object millis(long nanos) {
		return (nanos == Result.NEVER) ? null : Result.millis(nanos);
	}

}
