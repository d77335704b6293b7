package io.tcpecho.monitor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

import io.tcpecho.monitor.MonitorProperties.Target;
import io.tcpecho.probe.MessageFormat;
import io.tcpecho.probe.Preamble;
import io.tcpecho.settings.ConfigurationCheck;
import io.tcpecho.text.Labels;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.unit.DataSize;

/**
 * The rules that the keys of the monitor must keep.
 */
final class MonitorChecks implements ConfigurationCheck {

	/** The targets that one process may probe on a schedule. */
	static final int MOST_TARGETS = 1_000;

	/** The path of the matrix, which no target can have as its name. */
	static final String MATRIX = "matrix";

	private static final int MOST_ADDRESSES = 1_000;

	private static final int MOST_SIZES = 8;

	private static final DataSize LARGEST_MESSAGE = DataSize.ofMegabytes(16);

	private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);

	private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");

	private static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

	private final MonitorProperties properties;

	private final ObjectProvider<SslBundles> bundles;

	private final List<String> problems = new ArrayList<>();

	MonitorChecks(MonitorProperties properties, ObjectProvider<SslBundles> bundles) {
		this.properties = properties;
		this.bundles = bundles;
	}

	@Override
	public List<String> problems() {
		this.problems.clear();
		new TreeMap<>(this.properties.targets()).forEach(this::check);
		long scheduled = this.properties.targets().values().stream().filter(TargetSettings::isScheduled).count();
		if (scheduled > MOST_TARGETS) {
			problem("%s.targets has %d targets, and must have at most %d", MonitorProperties.PREFIX, scheduled,
					MOST_TARGETS);
		}
		for (String entry : this.properties.allowed()) {
			try {
				AllowList.of(List.of(entry));
			}
			catch (IllegalArgumentException ex) {
				problem("%s.allow: %s", MonitorProperties.PREFIX, ex.getMessage());
			}
		}
		return List.copyOf(this.problems);
	}

	private void check(String name, Target target) {
		String key = MonitorProperties.PREFIX + ".targets." + name;
		if (!NAME.matcher(name).matches() || name.equals(MATRIX)) {
			problem("%s: the name of a target must have at most 40 characters, of a-z, 0-9 and inner dashes, and must"
					+ " not be %s", key, MATRIX);
		}
		Destination destination = checkTarget(key, target);
		ConfigurationCheck.time(key + ".interval", target.interval(), SHORTEST_INTERVAL).ifPresent(this.problems::add);
		ConfigurationCheck.time(key + ".timeout", target.timeout(), Duration.ofMillis(1)).ifPresent(this.problems::add);
		ConfigurationCheck.time(key + ".leave-time", target.leaveTime(), Duration.ZERO).ifPresent(this.problems::add);
		if (destination != null && target.timeout().compareTo(target.interval()) > 0) {
			problem("%s.timeout is %s, more than %s.interval, %s", key, Labels.of(target.timeout()), key,
					Labels.of(target.interval()));
		}
		checkSizes(key, target);
		if (target.maxTargets() < 1 || target.maxTargets() > MOST_ADDRESSES) {
			problem("%s.max-targets is %d, and must be between 1 and %d", key, target.maxTargets(), MOST_ADDRESSES);
		}
		checkLabPort(key, target.labPort(), destination);
		checkTls(key + ".tls", target.tls());
	}

	private @Nullable Destination checkTarget(String key, Target target) {
		if (!TargetSettings.isScheduled(target)) {
			return null;
		}
		try {
			return Destination.parse(String.valueOf(target.target()).strip());
		}
		catch (IllegalArgumentException ex) {
			problem("%s.target: %s", key, ex.getMessage());
			return null;
		}
	}

	private void checkSizes(String key, Target target) {
		MessageFormat format = MessageFormat.of(Labels.of(target.framing()));
		if (target.sizes().isEmpty() || target.sizes().size() > MOST_SIZES) {
			problem("%s.sizes has %d sizes, and must have 1 to %d", key, target.sizes().size(), MOST_SIZES);
		}
		for (DataSize size : target.sizes()) {
			if (size.compareTo(LARGEST_MESSAGE) > 0) {
				problem("%s.sizes has %d bytes, more than %d", key, size.toBytes(), LARGEST_MESSAGE.toBytes());
			}
			else {
				accepted(key + ".sizes", () -> format.check(size.toBytes()));
			}
		}
		if (target.sizes().stream().distinct().count() < target.sizes().size()) {
			problem("%s.sizes has the same size twice", key);
		}
		if (target.identify()) {
			accepted(key + ".identify", () -> new Preamble("", true).check(format));
		}
	}

	private void accepted(String key, Runnable check) {
		try {
			check.run();
		}
		catch (IllegalArgumentException ex) {
			problem("%s: %s", key, ex.getMessage());
		}
	}

	private void checkLabPort(String key, @Nullable Integer port, @Nullable Destination destination) {
		if (port == null) {
			return;
		}
		if (port < 1 || port > 65_535) {
			problem("%s.lab-port is %d, and must be between 1 and 65535", key, port);
		}
		if (destination == null || !destination.everyAddress()) {
			problem("%s.lab-port is set, and %s.target is not dns:NAME:PORT", key, key);
		}
	}

	private void checkTls(String key, MonitorTlsProperties tls) {
		if (!tls.isOn() && (tls.serverName() != null || tls.protocols() != null || tls.alpn() != null)) {
			problem("%s has settings, and neither %s.enabled nor %s.bundle is set", key, key, key);
		}
		if (tls.protocols() != null && !VERSIONS.containsAll(tls.protocols())) {
			problem("%s.protocols is %s, and may only have %s", key, String.join(", ", tls.protocols()),
					String.join(", ", VERSIONS));
		}
		if (tls.alpn() != null) {
			tls.alpn()
				.stream()
				.filter((protocol) -> protocol.isEmpty() || protocol.length() > 255)
				.forEach((protocol) -> problem("%s.alpn has '%s', which has %d characters and must have 1 to 255", key,
						protocol, protocol.length()));
		}
		String bundle = tls.bundle();
		if (bundle != null) {
			SslBundles all = this.bundles.getIfAvailable();
			List<String> known = (all != null) ? all.getBundleNames() : List.of();
			if (!known.contains(bundle)) {
				problem("%s.bundle is %s, and no SSL bundle has this name (%s)", key, bundle,
						known.isEmpty() ? "there is none" : "known: " + String.join(", ", new TreeSet<>(known)));
				return;
			}
			try {
				new ClientBundles(this.bundles).context(bundle);
			}
			catch (RuntimeException ex) {
				problem("%s.bundle is %s, which cannot be read: %s", key, bundle, ex.getMessage());
			}
		}
	}

	private void problem(String format, Object... arguments) {
		this.problems.add(String.format(format, arguments));
	}

}
