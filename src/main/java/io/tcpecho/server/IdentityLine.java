package io.tcpecho.server;

import java.nio.charset.StandardCharsets;

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

	/**
	 * Return the identity that the configuration says or the environment knows.
	 * @param version null if it is unknown
	 */
	static IdentityLine of(Identity identity, @Nullable String version) {
		String known = (version != null) ? version.replaceAll("[^!-~]", "") : "";
		return new IdentityLine(identity.podOrHost(), identity.nodeOrDash(), known.isEmpty() ? UNKNOWN : known);
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
