package io.tcpecho.cli;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

import io.tcpecho.path.Speaker;
import io.tcpecho.probe.MessageFormat;
import io.tcpecho.proxy.ProxyHeaderFormat;
import io.tcpecho.text.Labels;
import io.tcpecho.tls.EndOfOutput;

/**
 * The values of an option that the completion of a shell offers, in the spelling that the
 * option takes.
 */
abstract class AllowedValues implements Iterable<String> {

	private final List<String> values;

	AllowedValues(List<String> values) {
		this.values = List.copyOf(values);
	}

	AllowedValues(Class<? extends Enum<?>> type) {
		this(Arrays.stream(type.getEnumConstants()).map((constant) -> Labels.of(constant)).toList());
	}

	@Override
	public Iterator<String> iterator() {
		return this.values.iterator();
	}

	/** The names of framings. */
	static final class Framings extends AllowedValues {

		Framings() {
			super(MessageFormat.names());
		}

	}

	/** The kinds of a PROXY header. */
	static final class Headers extends AllowedValues {

		Headers() {
			super(ProxyHeaderFormat.Kind.class);
		}

	}

	/** The ends of a stream of TLS. */
	static final class Ends extends AllowedValues {

		Ends() {
			super(EndOfOutput.class);
		}

	}

	/** The ends of a connection that may speak first. */
	static final class Speakers extends AllowedValues {

		Speakers() {
			super(Speaker.class);
		}

	}

	/** The versions of TLS. */
	static final class TlsVersions extends AllowedValues {

		TlsVersions() {
			super(List.of("1.3", "1.2"));
		}

	}

}
