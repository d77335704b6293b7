package io.tcpecho.settings;

import java.util.List;

import io.tcpecho.settings.ProxyProtocolProperties.Mode;
import io.tcpecho.settings.ProxyProtocolProperties.Others;
import io.tcpecho.text.AddressRange;
import org.jspecify.annotations.Nullable;

/**
 * The PROXY header that a listener requires, after the checks.
 *
 * @param from addresses that send it; empty for all
 * @param othersDirect whether other addresses are served without it
 * @param maxHeaderSizeInBytes its largest size
 */
public record ProxyProtocolSettings(List<AddressRange> from, boolean othersDirect, int maxHeaderSizeInBytes) {

	/** Return the settings, null if the listener takes no header. */
	static @Nullable ProxyProtocolSettings of(ProxyProtocolProperties properties) {
		return (properties.mode() == Mode.REQUIRED)
				? new ProxyProtocolSettings(properties.configuredFrom().stream().map(AddressRange::parse).toList(),
						properties.others() == Others.DIRECT, (int) properties.maxHeaderSize().toBytes())
				: null;
	}

}
