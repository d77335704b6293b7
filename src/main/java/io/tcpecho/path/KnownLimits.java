package io.tcpecho.path;

import java.time.Duration;
import java.util.List;

/**
 * Limits that many paths have, to name beside one that was measured.
 */
final class KnownLimits {

	private static final List<Known> IDLE = List.of(new Known(Duration.ofMinutes(4), "an Azure load balancer"),
			new Known(Duration.ofSeconds(350), "an AWS network load balancer"),
			new Known(Duration.ofMinutes(10), "nginx's proxy_timeout"),
			new Known(Duration.ofMinutes(124), "a NAT by RFC 5382"));

	private static final List<Known> HALF_CLOSE = List.of(new Known(Duration.ofMinutes(1), "conntrack's close_wait"),
			new Known(Duration.ofHours(1), "conntrack's close_wait under kube-proxy"));

	private KnownLimits() {
	}

	/** Return {@code "; near the 350 s of ..."}, or nothing if no known limit is near. */
	static String near(Measurement measurement, Duration time) {
		for (Known known : (measurement == Measurement.IDLE) ? IDLE : HALF_CLOSE) {
			long difference = known.time().minus(time).abs().toMillis();
			if (difference * 10 <= known.time().toMillis()) {
				return "; near the default of " + known.what() + ", " + Durations.text(known.time());
			}
		}
		return "";
	}

	private record Known(Duration time, String what) {

	}

}
