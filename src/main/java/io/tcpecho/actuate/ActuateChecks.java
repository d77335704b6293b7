package io.tcpecho.actuate;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.tcpecho.settings.ConfigurationCheck;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.core.env.Environment;

/**
 * The rules about the properties of this package: management without a login is allowed
 * on a loopback address only, and the timeout of the self-check is neither zero nor
 * endless.
 */
class ActuateChecks implements ConfigurationCheck {

	private final ManagementProperties management;

	private final SelfCheckProperties selfCheck;

	private final Environment environment;

	/**
	 * Create the rules.
	 * @param environment tells the address on which management is to listen; what is
	 * really bound is checked once more by {@link BoundAddressCheck}
	 */
	ActuateChecks(ManagementProperties management, SelfCheckProperties selfCheck, Environment environment) {
		this.management = management;
		this.selfCheck = selfCheck;
		this.environment = environment;
	}

	@Override
	public List<String> problems() {
		List<String> problems = new ArrayList<>();
		if (this.management.unprotected()) {
			switch (ManagementPortType.get(this.environment)) {
				case SAME -> checkLoopback("server.address", null).ifPresent(problems::add);
				case DIFFERENT -> checkLoopback(ManagementServer.ADDRESS, "127.0.0.1").ifPresent(problems::add);
				case DISABLED -> {
				}
			}
		}
		ConfigurationCheck.time(SelfCheckProperties.PREFIX + ".timeout", this.selfCheck.timeout(), Duration.ofMillis(1))
			.ifPresent(problems::add);
		return problems;
	}

	private Optional<String> checkLoopback(String key, @Nullable String unset) {
		String address = this.environment.getProperty(key, String.class);
		if (isLoopback((address != null) ? address : unset)) {
			return Optional.empty();
		}
		return Optional.of(ManagementProperties.PREFIX + ".unprotected is true, and " + key + " is "
				+ ((address != null) ? address : "not set") + ", which is not a loopback address");
	}

	/**
	 * Return whether a name or address is of loopback.
	 * @param address null for all addresses
	 */
	static boolean isLoopback(@Nullable String address) {
		try {
			return address != null && InetAddress.getByName(address).isLoopbackAddress();
		}
		catch (UnknownHostException ex) {
			return false;
		}
	}

}
