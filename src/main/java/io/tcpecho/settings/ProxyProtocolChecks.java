package io.tcpecho.settings;

import java.util.ArrayList;
import java.util.List;

import io.tcpecho.settings.ProxyProtocolProperties.Mode;
import io.tcpecho.settings.ProxyProtocolProperties.Others;
import io.tcpecho.text.AddressRange;

/**
 * The rules that the keys of a listener's PROXY header must keep.
 */
final class ProxyProtocolChecks {

	/** A header of version 2 with the longest addresses and no additions. */
	private static final long SMALLEST_MAX_HEADER_IN_BYTES = 232;

	/** What the length in a header of version 2 can announce. */
	private static final long LARGEST_MAX_HEADER_IN_BYTES = 16 + 65_535;

	private ProxyProtocolChecks() {
	}

	/**
	 * Check the keys.
	 * @param listener the key of the listener
	 * @return a sentence for each problem, naming the property, its value and the limit
	 */
	static List<String> find(String listener, ProxyProtocolProperties properties) {
		String key = listener + ".proxy-protocol";
		List<String> problems = new ArrayList<>();
		for (String range : properties.configuredFrom()) {
			try {
				AddressRange.parse(range);
			}
			catch (IllegalArgumentException ex) {
				problems.add(key + ".from: " + ex.getMessage());
			}
		}
		if (properties.mode() == Mode.OFF && !properties.configuredFrom().isEmpty()) {
			problems.add(key + ".from is set, and " + key + ".mode is off");
		}
		if (properties.others() == Others.DIRECT && properties.configuredFrom().isEmpty()) {
			problems.add(key + ".others is direct, and " + key + ".from, which leaves others, is not set");
		}
		long size = properties.maxHeaderSize().toBytes();
		if (size < SMALLEST_MAX_HEADER_IN_BYTES || size > LARGEST_MAX_HEADER_IN_BYTES) {
			problems.add(key + ".max-header-size is " + size + " bytes, and must be between "
					+ SMALLEST_MAX_HEADER_IN_BYTES + " and " + LARGEST_MAX_HEADER_IN_BYTES);
		}
		return problems;
	}

}
