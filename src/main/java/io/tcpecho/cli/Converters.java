package io.tcpecho.cli;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;

import io.tcpecho.probe.MessageFormat;
import io.tcpecho.probe.Target;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

/**
 * The converters of option values, which have the spelling of application.yml.
 */
final class Converters {

	private Converters() {
	}

	private static <T> T convert(String text, Function<String, T> parser) {
		try {
			return parser.apply(text);
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			throw new TypeConversionException(String.valueOf(ex.getMessage()));
		}
	}

	/** Reads HOST:PORT. */
	static final class TargetConverter implements ITypeConverter<Target> {

		@Override
		public Target convert(String text) {
			return Converters.convert(text, Target::parse);
		}

	}

	/** Reads the name of a framing. */
	static final class FormatConverter implements ITypeConverter<MessageFormat> {

		@Override
		public MessageFormat convert(String text) {
			return Converters.convert(text, MessageFormat::of);
		}

	}

	/** Reads 64, 64B, 5KB or 1MB, in bytes. */
	static final class SizeConverter implements ITypeConverter<Integer> {

		@Override
		public Integer convert(String text) {
			return Converters.convert(text, (size) -> {
				long bytes = parse(size);
				if (bytes < 0 || bytes > Integer.MAX_VALUE) {
					throw new IllegalArgumentException(
							"size " + size + " is not between 0 and " + Integer.MAX_VALUE + " bytes");
				}
				return (int) bytes;
			});
		}

		private static long parse(String size) {
			try {
				return DataSize.parse(size).toBytes();
			}
			catch (IllegalArgumentException ex) {
				throw new IllegalArgumentException("'" + size + "' is no size, such as 64B, 5KB or 1MB");
			}
		}

	}

	/** Reads 200ms, 5s or 1m; a number alone is seconds. */
	static final class DurationConverter implements ITypeConverter<Duration> {

		@Override
		public Duration convert(String text) {
			return Converters.convert(text, (duration) -> {
				Duration parsed = parse(duration);
				if (parsed.isNegative() || parsed.compareTo(Duration.ofDays(365)) > 0) {
					throw new IllegalArgumentException(duration + " is not between 0s and 365d");
				}
				return parsed;
			});
		}

		private static Duration parse(String duration) {
			try {
				return DurationStyle.detectAndParse(duration, ChronoUnit.SECONDS);
			}
			catch (IllegalArgumentException ex) {
				throw new IllegalArgumentException("'" + duration + "' is no duration, such as 200ms, 5s or 1m");
			}
		}

	}

}
