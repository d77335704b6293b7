package io.tcpecho.probe;

import java.net.InetAddress;

import io.tcpecho.probe.Evidence.Route;
import io.tcpecho.probe.Evidence.Setup;
import io.tcpecho.probe.Evidence.Times;
import io.tcpecho.probe.Evidence.Traffic;
import io.tcpecho.text.Json;
import io.tcpecho.text.SocketAddresses;
import org.jspecify.annotations.Nullable;

/**
 * Evidence as JSON. What is unknown, or did not happen, is null.
 */
final class EvidenceJson {

	private EvidenceJson() {
	}

	static Json of(Evidence evidence) {
		return new Json().with("setup", of(evidence.setup()))
			.with("route", of(evidence.route()))
			.with("millis", of(evidence.times()))
			.with("traffic", of(evidence.traffic()))
			.with("ending", evidence.ending())
			.with("instead", of(evidence.instead()));
	}

	private static Json of(Setup setup) {
		return new Json().with("framing", setup.framing())
			.with("messageSize", setup.messageSize())
			.with("timeoutMillis", setup.timeout().toMillis())
			.with("halfCloseDelayMillis", setup.halfCloseDelay().toMillis())
			.with("pauseBeforeMillis", setup.pauseBefore().toMillis())
			.with("pauseWithinMillis", setup.pauseWithin().toMillis())
			.with("entrance", setup.entrance().isEmpty() ? null : setup.entrance());
	}

	private static Json of(Route route) {
		return new Json().with("peer", (route.peer() != null) ? SocketAddresses.text(route.peer()) : null)
			.with("otherAddresses", route.otherAddresses().stream().map(InetAddress::getHostAddress).toList())
			.with("local", (route.local() != null) ? SocketAddresses.text(route.local()) : null)
			.with("beganAt", route.beganAt())
			.with("reused", route.reused());
	}

	private static Json of(Times times) {
		return new Json().with("resolved", millis(times.resolved()))
			.with("connected", millis(times.connected()))
			.with("firstSent", millis(times.firstSent()))
			.with("lastSent", millis(times.lastSent()))
			.with("finSent", millis(times.finSent()))
			.with("firstReceived", millis(times.firstReceived()))
			.with("lastReceived", millis(times.lastReceived()))
			.with("peerFin", millis(times.peerFin()))
			.with("peerReset", millis(times.peerReset()))
			.with("ended", millis(times.ended()));
	}

	private static Json of(Traffic traffic) {
		return new Json().with("sent", known(traffic.sent()))
			.with("received", known(traffic.received()))
			.with("unacknowledged", known(traffic.unacknowledged()))
			.with("retransmissions", known(traffic.retransmissions()))
			.with("sendBytesPerSecond", known(traffic.sendRate()))
			.with("receiveBytesPerSecond", known(traffic.receiveRate()));
	}

	private static @Nullable Json of(@Nullable Instead instead) {
		return (instead == null) ? null
				: new Json().with("offset", instead.offset())
					.with("text", instead.text())
					.with("protocol", instead.protocol())
					.with("messageOffset", known(instead.messageOffset()));
	}

	private static @Nullable Object known(long value) {
		return Evidence.isKnown(value) ? value : null;
	}

	private static @Nullable Object millis(long nanos) {
		return Evidence.isKnown(nanos) ? Result.millis(nanos) : null;
	}

}
