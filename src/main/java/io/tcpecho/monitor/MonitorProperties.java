package io.tcpecho.monitor;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.tcpecho.framing.Framing;
import io.tcpecho.probe.AddressFamily;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The keys that users configure under {@code tcp-echo.monitor}.
 *
 * @param targets targets by name. The name, which consists of a-z, 0-9 and dashes, is
 * used in endpoints and meters, and as the module of /actuator/probe
 * @param allow addresses, ranges such as 10.0.0.0/8, and names that /actuator/probe may
 * probe. *.example.com allows every name below example.com. Addresses of loopback, of the
 * link and of a cloud's metadata need a range within theirs, such as 127.0.0.0/8. Unset:
 * /actuator/probe is off
 */
@ConfigurationProperties(prefix = MonitorProperties.PREFIX)
public record MonitorProperties(@DefaultValue Map<String, Target> targets, @Nullable List<String> allow) {

	/** The prefix of all its keys. */
	public static final String PREFIX = "tcp-echo.monitor";

	/** Return what may be probed on request, nothing if it is unset. */
	List<String> allowed() {
		return (this.allow != null) ? this.allow : List.of();
	}

	/** The module of a request that names none. */
	static final String DEFAULT = "default";

	/**
	 * What to probe, and how.
	 *
	 * @param target HOST:PORT, or dns:NAME:PORT for every address of the name but those
	 * of this machine. Unset: the entry is not probed on a schedule, and is only a module
	 * of /actuator/probe
	 * @param interval time from the beginning of one round of exchanges to that of the
	 * next, at least 100ms. The exchanges of a round are spread over it
	 * @param sizes payload bytes of the messages. A round has an exchange of each size
	 * with each address; /actuator/probe takes the first
	 * @param framing rule that tells where a message ends; that of the listener
	 * @param timeout longest time of one exchange and, separately, of the look-up of the
	 * name; at most the interval
	 * @param family addresses of a name to use: any, ipv4 or ipv6
	 * @param tls the TLS of the connections
	 * @param proxyProtocol PROXY header to send first: none; v1 or v2, with the addresses
	 * of the connection; local, version 2 with the command LOCAL
	 * @param identify whether the listener has identify, so that its replica is shown
	 * @param maxTargets largest number of addresses of a name that are probed. Of more,
	 * each replica chooses others
	 * @param leaveTime time for which failures of an address that was OK are held back,
	 * in case the name drops it. An address that the name has dropped by then has left,
	 * and was no failure. 0s: nothing is held back
	 * @param labPort port of the listener with service lab on the other addresses of the
	 * name, for /actuator/probes/matrix. It also lets our own lab tell our rows. Unset:
	 * the target is in no matrix
	 */
	@ConfigurationPropertiesSource
	public record Target(@Nullable String target, @DefaultValue("30s") Duration interval,
			@DefaultValue("64B") List<DataSize> sizes, @DefaultValue("eof") Framing framing,
			@DefaultValue("5s") Duration timeout, @DefaultValue("any") AddressFamily family,
			@DefaultValue @NestedConfigurationProperty MonitorTlsProperties tls,
			@DefaultValue("none") ProxyProtocol proxyProtocol, @DefaultValue("false") boolean identify,
			@DefaultValue("32") int maxTargets, @DefaultValue("45s") Duration leaveTime, @Nullable Integer labPort) {

	}

	/** The PROXY header that is sent first. */
	public enum ProxyProtocol {

		/** None. */
		NONE,

		/** Version 1. */
		V1,

		/** Version 2. */
		V2,

		/** Version 2 with the command LOCAL. */
		LOCAL

	}

}
