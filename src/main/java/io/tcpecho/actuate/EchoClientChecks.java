package io.tcpecho.actuate;

import java.util.List;

import io.tcpecho.client.EchoClientLimits;
import io.tcpecho.client.EchoClientProperties;
import io.tcpecho.settings.ConfigurationCheck;

/**
 * The limits of the keys of the client, as a check at the start. Package {@code client}
 * does not know the checks.
 */
final class EchoClientChecks implements ConfigurationCheck {

	private final EchoClientProperties properties;

	EchoClientChecks(EchoClientProperties properties) {
		this.properties = properties;
	}

	@Override
	public List<String> problems() {
		return EchoClientLimits.problems(this.properties);
	}

}
