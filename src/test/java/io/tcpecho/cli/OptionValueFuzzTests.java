package io.tcpecho.cli;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tcpecho.probe.Target;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Any text as the value of an option: it is a value within its bounds, or refused by a
 * message that shows it.
 *
 * <p>
 * An input is the text. It is replayed in every build; the profile {@code fuzz} looks for
 * further ones.
 */
class OptionValueFuzzTests {

	@FuzzTest
	void whateverTheTextIsItIsAValueWithinItsBoundsOrRefused(byte[] input) throws Exception {
		String text = new String(input, StandardCharsets.UTF_8);
		value(text, new Converters.SizeConverter()).ifPresent((size) -> assertThat(size).isNotNegative());
		value(text, new Converters.DurationConverter())
			.ifPresent((duration) -> assertThat(duration).isBetween(Duration.ZERO, Duration.ofDays(365)));
		value(text, new Converters.FormatConverter()).ifPresent((format) -> assertThat(format).hasToString(text));
		value(text, new Converters.TargetConverter()).ifPresent((target) -> {
			assertThat(target.port()).isBetween(1, 65_535);
			assertThat(target.host()).isNotEmpty();
			assertThat(Target.parse(target.toString())).isEqualTo(target);
		});
	}

	private static <T> Optional<T> value(String text, ITypeConverter<T> converter) throws Exception {
		try {
			return Optional.of(converter.convert(text));
		}
		catch (TypeConversionException ex) {
			assertThat(ex).hasMessageContaining(text);
			return Optional.empty();
		}
	}

}
