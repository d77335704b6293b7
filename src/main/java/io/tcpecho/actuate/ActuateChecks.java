package io.tcpecho.actuate;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.tcpecho.settings.ConfigurationCheck;
import org.jspecify.annotations.Nullable;

/**
 * The rules about the properties of this package: management without a login is allowed
 * on a loopback address only, and the timeout of the self-check is neither zero nor
 * endless.
 */
class ActuateChecks implements ConfigurationCheck {

	private final ManagementProperties management;

	private final SelfCheckProperties selfCheck;

	private final @Nullable String serverAddress;

	/**
	 * Create the rules.
	 * @param serverAddress the address on which the management endpoints listen; null for
	 * all addresses
	 */
	ActuateChecks(ManagementProperties management, SelfCheckProperties selfCheck, @Nullable String serverAddress) {
		this.management = management;
		this.selfCheck = selfCheck;
		this.serverAddress = serverAddress;
	}

	@Override
	public List<String> problems() {
		List<String> problems = new ArrayList<>();
		if (this.management.unprotected() && !isLoopback(this.serverAddress)) {
			problems.add(ManagementProperties.PREFIX + ".unprotected is true, and server.address is "
					+ ((this.serverAddress != null) ? this.serverAddress : "not set")
					+ ", which is not a loopback address");
		}
		ConfigurationCheck.time(SelfCheckProperties.PREFIX + ".timeout", this.selfCheck.timeout(), Duration.ofMillis(1))
			.ifPresent(problems::add);
		return problems;
	}

	private static boolean isLoopback(@Nullable String address) {
		try {
			return address != null && InetAddress.getByName(address).isLoopbackAddress();
		}
		catch (UnknownHostException ex) {
			return false;
		}
	}

}
