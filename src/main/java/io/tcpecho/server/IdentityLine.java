package io.tcpecho.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

import io.tcpecho.framing.Framing;
import io.tcpecho.settings.Identity;
import org.jspecify.annotations.Nullable;

/**
 * The line with which a server tells which replica it is. Immutable.
 *
 * @param pod its name among its replicas
 * @param node the machine that it runs on, a dash if that is unknown
 * @param version the version of this program
 */
record IdentityLine(String pod, String node, String version) {

	private static final String UNKNOWN = "-";

	private static final Path KERNEL_HOST_NAME = Path.of("/proc/sys/kernel/hostname");

	/**
	 * Return the identity that the configuration says or the environment knows.
	 * @param version null if it is unknown
	 */
	static IdentityLine of(Identity identity, @Nullable String version) {
		return new IdentityLine(
				firstOf(identity.pod(), System.getenv("HOSTNAME")).or(() -> firstOf(kernelHostName())).orElse(UNKNOWN),
				firstOf(identity.node()).orElse(UNKNOWN), firstOf(version).orElse(UNKNOWN));
	}

	private static Optional<String> firstOf(@Nullable String... names) {
		return Stream.of(names)
			.flatMap(Stream::ofNullable)
			.map((name) -> name.replaceAll("[^!-~]", ""))
			.filter((name) -> !name.isEmpty())
			.findFirst();
	}

	private static @Nullable String kernelHostName() {
		try {
			return Files.readString(KERNEL_HOST_NAME).strip();
		}
		catch (IOException ex) {
			return null;
		}
	}

	/** Return its bytes, with the line end of a framing. */
	byte[] bytes(Framing framing) {
		String end = (framing == Framing.CRLF) ? "\r\n" : "\n";
		return (this + end).getBytes(StandardCharsets.US_ASCII);
	}

	/** Return the line without its end. */
	@Override
	public String toString() {
		return "tcp-echo/" + this.pod + " " + this.node + " " + this.version;
	}

}
