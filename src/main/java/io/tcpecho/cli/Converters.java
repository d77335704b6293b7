package io.tcpecho.cli;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.tcpecho.load.FailCondition;
import io.tcpecho.path.Speaker;
import io.tcpecho.probe.MessageFormat;
import io.tcpecho.probe.Target;
import io.tcpecho.proxy.ProxyHeader;
import io.tcpecho.proxy.ProxyTlv;
import io.tcpecho.text.Labels;
import io.tcpecho.text.SocketAddresses;
import io.tcpecho.text.Units;
import io.tcpecho.tls.EndOfOutput;
import io.tcpecho.via.ViaProxy;
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

	/** Reads IP:PORT, an IPv6 address in brackets. */
	static final class AddressConverter implements ITypeConverter<InetSocketAddress> {

		@Override
		public InetSocketAddress convert(String text) {
			return Converters.convert(text, (address) -> {
				Target target = Target.parse(address);
				if (SocketAddresses.isAddress(target.host())) {
					try {
						return new InetSocketAddress(InetAddress.getByName(target.host()), target.port());
					}
					catch (UnknownHostException ex) {
						// It only looks like an address.
					}
				}
				throw new IllegalArgumentException(
						"'" + address + "' is not IP:PORT, such as 192.0.2.1:50000 or [2001:db8::1]:50000");
			});
		}

	}

	/** Reads the URL of a proxy. */
	static final class ViaConverter implements ITypeConverter<ViaProxy> {

		@Override
		public ViaProxy convert(String text) {
			return Converters.convert(text, ViaProxy::parse);
		}

	}

	/** Reads a value of a PROXY header. */
	static final class TlvConverter implements ITypeConverter<ProxyHeader.Tlv> {

		@Override
		public ProxyHeader.Tlv convert(String text) {
			return Converters.convert(text, ProxyTlv::parse);
		}

	}

	/** Reads 1.3 or 1.2, and returns the name that the JDK has for it. */
	static final class TlsVersionConverter implements ITypeConverter<String> {

		@Override
		public String convert(String text) {
			return Converters.convert(text, (version) -> {
				if (!version.equals("1.3") && !version.equals("1.2")) {
					throw new IllegalArgumentException("'" + version + "' is none of 1.3, 1.2");
				}
				return "TLSv" + version;
			});
		}

	}

	/** Reads how a stream of TLS ends. */
	static final class EndConverter implements ITypeConverter<EndOfOutput> {

		@Override
		public EndOfOutput convert(String text) {
			return Converters.convert(text, (end) -> Labels.parse(EndOfOutput.class, end));
		}

	}

	/** Reads a condition under which a load has failed. */
	static final class FailConditionConverter implements ITypeConverter<FailCondition> {

		@Override
		public FailCondition convert(String text) {
			return Converters.convert(text, FailCondition::parse);
		}

	}

	/** Reads which end breaks a silence. */
	static final class SpeakerConverter implements ITypeConverter<Speaker> {

		@Override
		public Speaker convert(String text) {
			return Converters.convert(text, (end) -> Labels.parse(Speaker.class, end));
		}

	}

	/** Reads the name of a framing. */
	static final class FormatConverter implements ITypeConverter<MessageFormat> {

		@Override
		public MessageFormat convert(String text) {
			return Converters.convert(text, MessageFormat::of);
		}

	}

	/** Reads ADDRESS or ADDRESS:PORT, an IPv6 address with a port in brackets. */
	static final class SourceConverter implements ITypeConverter<InetSocketAddress> {

		private static final Pattern SOURCE = Pattern
			.compile("\\[([0-9A-Fa-f:.]+(?:%\\w+)?)](?::(\\d{1,9}))?|(\\d[\\d.]+):(\\d{1,9})|([^\\[\\]\\s]+)");

		@Override
		public InetSocketAddress convert(String text) {
			return Converters.convert(text, SourceConverter::parse);
		}

		private static InetSocketAddress parse(String text) {
			Matcher matcher = SOURCE.matcher(text);
			String host = !matcher.matches() ? ""
					: Stream.of(1, 3, 5).map(matcher::group).filter(Objects::nonNull).findFirst().orElse("");
			String port = !matcher.matches() ? null : (matcher.group(2) != null) ? matcher.group(2) : matcher.group(4);
			int number = (port == null) ? 0 : Integer.parseInt(port);
			if (number > 65535) {
				throw new IllegalArgumentException("port " + number + " of '" + text + "' is not between 0 and 65535");
			}
			try {
				if (SocketAddresses.isAddress(host)) {
					return new InetSocketAddress(InetAddress.getByName(host), number);
				}
			}
			catch (UnknownHostException ex) {
				// It only looks like an address.
			}
			throw new IllegalArgumentException("'" + text
					+ "' is no ADDRESS or ADDRESS:PORT, such as 192.0.2.1, 192.0.2.1:50000 or [2001:db8::1]:50000");
		}

	}

	/**
	 * Reads 64, 64B, 5KB or 1MB, in bytes; K, KB and KiB in any case are 1024 bytes.
	 */
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

		private static final Pattern SIZE = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?) ?(?:([KMGT])(?:i?B)?|B)?",
				Pattern.CASE_INSENSITIVE);

		private static long parse(String size) {
			Matcher matcher = SIZE.matcher(size);
			if (matcher.matches()) {
				String unit = (matcher.group(2) == null) ? "" : matcher.group(2).toUpperCase(Locale.ROOT) + "B";
				BigDecimal bytes = new BigDecimal(matcher.group(1))
					.multiply(BigDecimal.valueOf(Units.sizeInBytes(unit)));
				if (bytes.stripTrailingZeros().scale() > 0) {
					throw new IllegalArgumentException("size " + size + " is no whole number of bytes");
				}
				return bytes.longValue();
			}
			try {
				return DataSize.parse(size).toBytes();
			}
			catch (IllegalArgumentException ex) {
				throw new IllegalArgumentException("'" + size + "' is no size, such as 64B, 5KB or 1MB");
			}
		}

	}

	/** Reads 200ms, 1.5s, 1m30s and the like; a number alone is seconds. */
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

		private static final List<String> UNITS = List.of("d", "h", "m", "s", "ms", "us", "ns");

		private static final Pattern DURATION = Pattern.compile(UNITS.stream()
			.map((unit) -> "(?:(\\d{1,9}(?:\\.\\d{1,9})?)" + unit + ")?")
			.collect(Collectors.joining()), Pattern.CASE_INSENSITIVE);

		private static final Pattern SECONDS = Pattern.compile("\\d{1,9}\\.\\d{1,9}");

		private static Duration parse(String duration) {
			Matcher matcher = DURATION.matcher(SECONDS.matcher(duration).matches() ? duration + "s" : duration);
			if (!duration.isEmpty() && matcher.matches()) {
				BigDecimal nanos = BigDecimal.ZERO;
				for (int i = 0; i < UNITS.size(); i++) {
					String number = matcher.group(i + 1);
					if (number != null) {
						long unitInNanos = Units.time(UNITS.get(i)).getDuration().toNanos();
						nanos = nanos.add(new BigDecimal(number).multiply(BigDecimal.valueOf(unitInNanos)));
					}
				}
				// Nanoseconds of a long last for 292 years.
				return Duration.ofNanos(nanos.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValue());
			}
			try {
				return DurationStyle.detectAndParse(duration, ChronoUnit.SECONDS);
			}
			catch (IllegalArgumentException ex) {
				throw new IllegalArgumentException("'" + duration + "' is no duration, such as 200ms, 5s or 1m");
			}
		}

	}

}
