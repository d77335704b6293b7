package io.tcpecho.cli;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import io.tcpecho.probe.Entrance;
import io.tcpecho.probe.MessageFormat;
import io.tcpecho.probe.Target;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The options that every command with exchanges has: the way in, the framing, and the
 * timeout of one exchange.
 */
final class ExchangeOptions {

	/** The option for which a command may have another default. */
	static final String TIMEOUT = "--timeout";

	@Spec(Spec.Target.MIXEE)
	private @Nullable CommandSpec command;

	@Option(names = { "-f", "--framing" }, paramLabel = "NAME", defaultValue = "eof",
			converter = Converters.FormatConverter.class, completionCandidates = AllowedValues.Framings.class,
			description = "Rule that tells where a message ends: eof (the client's half-close; each message has a"
					+ " connection of its own), line, crlf, length-1, length-2, length-4, fixed, stream."
					+ " Default: ${DEFAULT-VALUE}")
	private MessageFormat format = MessageFormat.of("eof");

	@Option(names = { "-t", TIMEOUT }, paramLabel = "DURATION", defaultValue = "5s",
			converter = Converters.DurationConverter.class,
			description = "Longest time of one exchange; in a probe it includes the look-up of the name."
					+ " Default: ${DEFAULT-VALUE}")
	private Duration timeout = Duration.ZERO;

	@Mixin
	private EntranceOptions entrance = new EntranceOptions();

	/**
	 * Return the target where there may be only one.
	 * @param targets one or more
	 * @param reason what needs a single one
	 * @throws IllegalArgumentException if there are others
	 */
	static Target single(List<Target> targets, String reason) {
		if (targets.size() > 1) {
			throw new IllegalArgumentException(reason + " needs a single target, not " + targets.size());
		}
		return targets.get(0);
	}

	MessageFormat format() {
		return this.format;
	}

	Duration timeout() {
		return this.timeout;
	}

	/**
	 * Return what comes between the connect and the message.
	 * @throws IllegalArgumentException if the options for it contradict each other
	 */
	Entrance entrance() {
		return this.entrance.entrance(false);
	}

	/** Return the same, with the line that names the replica. */
	Entrance entranceWithIdentity() {
		return this.entrance.entrance(true);
	}

	/** Return the command that these options belong to. */
	CommandSpec command() {
		return Objects.requireNonNull(this.command);
	}

	/**
	 * Return the settings that a command makes of its arguments.
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
