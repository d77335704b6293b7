package io.tcpecho.monitor;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.tcpecho.monitor.MonitorProperties.ProxyProtocol;
import io.tcpecho.monitor.MonitorProperties.Target;
import io.tcpecho.monitor.MonitorTlsProperties.CloseNotify;
import io.tcpecho.probe.ClientTls;
import io.tcpecho.probe.Entrance;
import io.tcpecho.probe.MessageFormat;
import io.tcpecho.probe.Preamble;
import io.tcpecho.proxy.ProxyHeaderFormat;
import io.tcpecho.text.Labels;
import io.tcpecho.tls.EndOfOutput;
import org.jspecify.annotations.Nullable;

/**
 * Makes settings of the properties that have passed the checks.
 */
final class TargetSettings {

	private TargetSettings() {
	}

	/** Return the targets that are probed on a schedule, in the order of their names. */
	static List<WatchSettings> scheduled(MonitorProperties properties, ClientBundles bundles) {
		return properties.targets()
			.entrySet()
			.stream()
			.filter((entry) -> isScheduled(entry.getValue()))
			.sorted(Map.Entry.comparingByKey())
			.map((entry) -> {
				Target target = entry.getValue();
				return new WatchSettings(entry.getKey(), Destination.parse(String.valueOf(target.target()).strip()),
						manner(target, bundles), target.interval(), target.maxTargets(), target.leaveTime(),
						target.labPort());
			})
			.toList();
	}

	/** Return whether a target is probed on a schedule, and is no mere module. */
	static boolean isScheduled(Target target) {
		return target.target() != null && !target.target().isBlank();
	}

	/** Return how the exchanges of a target are made. */
	static Manner manner(Target target, ClientBundles bundles) {
		return new Manner(MessageFormat.of(Labels.of(target.framing())),
				target.sizes().stream().map((size) -> Math.toIntExact(size.toBytes())).toList(), target.timeout(),
				target.family(), entrance(target, bundles));
	}

	private static Supplier<Entrance> entrance(Target target, ClientBundles bundles) {
		ProxyHeaderFormat header = header(target.proxyProtocol());
		Preamble preamble = new Preamble("", target.identify());
		MonitorTlsProperties tls = target.tls();
		if (!tls.isOn()) {
			Entrance entrance = new Entrance(List.of(), header, false, null, preamble);
			return () -> entrance;
		}
		return () -> new Entrance(List.of(), header, false, clientTls(tls, bundles), preamble);
	}

	private static ClientTls clientTls(MonitorTlsProperties tls, ClientBundles bundles) {
		return new ClientTls(bundles.context(tls.bundle()), tls.serverName(), tls.checkName(),
				(tls.protocols() != null) ? tls.protocols() : List.of(), (tls.alpn() != null) ? tls.alpn() : List.of(),
				EndOfOutput.BOTH, tls.closeNotify() == CloseNotify.OPTIONAL);
	}

	private static @Nullable ProxyHeaderFormat header(ProxyProtocol protocol) {
		return switch (protocol) {
			case NONE -> null;
			case V1 -> header(ProxyHeaderFormat.Kind.V1);
			case V2 -> header(ProxyHeaderFormat.Kind.V2);
			case LOCAL -> header(ProxyHeaderFormat.Kind.LOCAL);
		};
	}

	private static ProxyHeaderFormat header(ProxyHeaderFormat.Kind kind) {
		return new ProxyHeaderFormat(kind, null, null, List.of());
	}

}
