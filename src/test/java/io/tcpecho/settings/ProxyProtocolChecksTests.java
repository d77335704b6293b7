package io.tcpecho.settings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.tcpecho.text.AddressRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the start refuses of the keys of the PROXY header, and what they mean.
 */
class ProxyProtocolChecksTests {

	private static final String KEY = "tcp-echo.listeners.eof.proxy-protocol";

	@Test
	void aRangeThatIsNoneIsRefused() {
		assertThat(problems("mode", "required", "from", "10.0.0.0/8, example.com")).containsExactly(KEY
				+ ".from: 'example.com' does not begin with an IPv4 or IPv6 address, such as 10.0.0.0/8 or 2001:db8::/32");
	}

	@Test
	void proxiesThatNothingIsTakenFromAreRefused() {
		assertThat(problems("from", "10.0.0.0/8")).containsExactly(KEY + ".from is set, and " + KEY + ".mode is off");
	}

	@Test
	void othersThatDoNotExistAreRefused() {
		assertThat(problems("mode", "required", "others", "direct"))
			.containsExactly(KEY + ".others is direct, and " + KEY + ".from, which leaves others, is not set");
	}

	@ParameterizedTest
	@CsvSource({ "231, false", "232, true", "65551, true", "65552, false" })
	void theLargestHeaderHasLimits(String bytes, boolean allowed) {
		List<String> problems = problems("mode", "required", "max-header-size", bytes + "B");
		if (allowed) {
			assertThat(problems).isEmpty();
		}
		else {
			assertThat(problems)
				.containsExactly(KEY + ".max-header-size is " + bytes + " bytes, and must be between 232 and 65551");
		}
	}

	@ParameterizedTest
	@CsvSource({ "off", "false" })
	void aListenerWithModeOffRequiresNone(String off) {
		assertThat(problems("mode", off)).isEmpty();
		assertThat(ProxyProtocolSettings.of(bind("mode", off))).isNull();
	}

	@Test
	void theSettingsHaveRangesAndBytes() {
		ProxyProtocolSettings settings = ProxyProtocolSettings
			.of(bind("mode", "required", "from", "10.0.0.0/8, ::1", "others", "direct"));
		assertThat(settings).isNotNull();
		assertThat(settings.from()).extracting(AddressRange::toString).containsExactly("10.0.0.0/8", "::1");
		assertThat(settings.othersDirect()).isTrue();
		assertThat(settings.maxHeaderSizeInBytes()).isEqualTo(16 * 1024);
	}

	private static List<String> problems(String... keysAndValues) {
		return ProxyProtocolChecks.find("tcp-echo.listeners.eof", bind(keysAndValues));
	}

	private static ProxyProtocolProperties bind(String... keysAndValues) {
		Map<String, String> values = new LinkedHashMap<>();
		for (int i = 0; i < keysAndValues.length; i += 2) {
			values.put(KEY + "." + keysAndValues[i], keysAndValues[i + 1]);
		}
		return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate(KEY, ProxyProtocolProperties.class);
	}

}
