package io.tcpecho.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.tcpecho.framing.Framing;
import io.tcpecho.text.Labels;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * The limits of the keys below {@code tcp-echo.client}.
 */
public final class EchoClientLimits {

	private static final Duration SHORTEST_TIME = Duration.ofMillis(1);

	private static final Duration LONGEST_TIME = Duration.ofDays(365);

	private static final long LARGEST_MESSAGE_IN_BYTES = Integer.MAX_VALUE - 8L;

	private EchoClientLimits() {
	}

	/**
	 * Return what is out of its limits.
	 * @return for each value a sentence without a full stop, which names the key, the
	 * value and the limit
	 */
	public static List<String> problems(EchoClientProperties properties) {
		return all(properties).map((wrong) -> wrong.key + " is " + wrong.value + ", and " + wrong.limit).toList();
	}

	/**
	 * Refuse values that are out of their limits.
	 * @throws InvalidConfigurationPropertyValueException about the first of them, which
	 * Spring Boot reports with the place where it is set
	 */
	static void require(EchoClientProperties properties) {
		all(properties).findFirst().ifPresent((wrong) -> {
			throw new InvalidConfigurationPropertyValueException(wrong.key, wrong.value, wrong.limit);
		});
	}

	private static Stream<WrongValue> all(EchoClientProperties properties) {
		return Stream
			.of(port(properties.port()), framing(properties.framing()), size(properties.maxMessageSize()),
					time("connect-timeout", properties.connectTimeout()),
					time("exchange-timeout", properties.exchangeTimeout()))
			.flatMap(Optional::stream);
	}

	private static Optional<WrongValue> port(int port) {
		return refuse(port < 1 || port > 65535, "port", String.valueOf(port), "must be between 1 and 65535");
	}

	private static Optional<WrongValue> framing(Framing framing) {
		return refuse(framing == Framing.STREAM, "framing", Labels.of(framing),
				"must be another, because stream has no messages");
	}

	private static Optional<WrongValue> size(DataSize size) {
		return refuse(size.toBytes() < 1 || size.toBytes() > LARGEST_MESSAGE_IN_BYTES, "max-message-size",
				size.toString(), "must be between 1B and " + LARGEST_MESSAGE_IN_BYTES + "B");
	}

	private static Optional<WrongValue> time(String key, Duration time) {
		return refuse(time.compareTo(SHORTEST_TIME) < 0 || time.compareTo(LONGEST_TIME) > 0, key, Labels.of(time),
				"must be between " + Labels.of(SHORTEST_TIME) + " and " + LONGEST_TIME.toDays() + "d");
	}

	private static Optional<WrongValue> refuse(boolean wrong, String key, String value, String limit) {
		return wrong ? Optional.of(new WrongValue(EchoClientProperties.PREFIX + "." + key, value, limit))
				: Optional.empty();
	}

	/**
	 * A value that is out of its limits.
	 *
	 * @param limit the end of a sentence about it
	 */
	private record WrongValue(String key, String value, String limit) {

	}

}
