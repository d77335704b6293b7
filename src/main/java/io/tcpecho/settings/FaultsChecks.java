package io.tcpecho.settings;

import java.time.Duration;
import java.util.List;

/**
 * The rule for the time of faults.
 */
final class FaultsChecks implements ConfigurationCheck {

	private final FaultsProperties faults;

	FaultsChecks(FaultsProperties faults) {
		this.faults = faults;
	}

	@Override
	public List<String> problems() {
		return ConfigurationCheck
			.time(FaultsProperties.PREFIX + ".max-time", this.faults.maxTime(), Duration.ofMillis(1))
			.stream()
			.toList();
	}

}
