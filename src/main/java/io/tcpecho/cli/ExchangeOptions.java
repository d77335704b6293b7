package io.tcpecho.cli;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

import io.tcpecho.probe.MessageFormat;
import io.tcpecho.probe.Target;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The arguments that every command with exchanges has: where they go, how they are
 * framed, and how long one may take.
 */
final class ExchangeOptions {

	/** The option that a command may give another default. */
	static final String TIMEOUT = "--timeout";

	@Spec(Spec.Target.MIXEE)
	private @Nullable CommandSpec command;

	@Parameters(paramLabel = "HOST:PORT", converter = Converters.TargetConverter.class,
			description = "Where to: a name, an IPv4 address, or an IPv6 address in brackets.")
	private @Nullable Target target;

	@Option(names = { "-f", "--framing" }, paramLabel = "NAME", defaultValue = "eof",
			converter = Converters.FormatConverter.class,
			description = "Where a message ends: eof (our half-close, a connection for each), line, crlf, length-1,"
					+ " length-2, length-4, fixed, stream. Default: ${DEFAULT-VALUE}")
	private MessageFormat format = MessageFormat.of("eof");

	@Option(names = { "-t", TIMEOUT }, paramLabel = "DURATION", defaultValue = "5s",
			converter = Converters.DurationConverter.class,
			description = "Longest time of one exchange; that of a probe begins with the look-up of the name."
					+ " Default: ${DEFAULT-VALUE}")
	private Duration timeout = Duration.ZERO;

	Target target() {
		return Objects.requireNonNull(this.target);
	}

	MessageFormat format() {
		return this.format;
	}

	Duration timeout() {
		return this.timeout;
	}

	/** Return the command that these arguments belong to. */
	CommandSpec command() {
		return Objects.requireNonNull(this.command);
	}

	/**
	 * Return what a command makes of its arguments.
	 * @param settings throws {@link IllegalArgumentException} if they contradict each
	 * other
	 * @throws ParameterException with the same message then
	 */
	<T> T check(Supplier<T> settings) {
		try {
			return settings.get();
		}
		catch (IllegalArgumentException ex) {
			throw new ParameterException(command().commandLine(), String.valueOf(ex.getMessage()));
		}
	}

}
