package io.tcpecho.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * What the process calls itself, for clients that ask which replica has answered. A name
 * that is not set is unknown.
 *
 * @param pod name of the pod, or of the machine. Unset: the name of the host
 * @param namespace namespace of the pod
 * @param service name of the service that leads to the pod
 * @param ingress name of the ingress or gateway before it
 * @param node name of the node that the pod runs on
 * @param zone zone of the node
 */
public record Identity(@Nullable String pod, @Nullable String namespace, @Nullable String service,
		@Nullable String ingress, @Nullable String node, @Nullable String zone) {

	/** Stands for what is unknown. */
	private static final String UNKNOWN = "-";

	private static final Path KERNEL_HOST_NAME = Path.of("/proc/sys/kernel/hostname");

	/**
	 * Return the name of the pod, or that of the host, without characters that are not
	 * printable ASCII; a dash if neither is known.
	 */
	public String podOrHost() {
		return firstOf(this.pod, System.getenv("HOSTNAME")).or(() -> firstOf(kernelHostName())).orElse(UNKNOWN);
	}

	/** Return the name of the node in the same way. */
	public String nodeOrDash() {
		return firstOf(this.node).orElse(UNKNOWN);
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

}
