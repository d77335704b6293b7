package io.tcpecho.settings;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.tcpecho.framing.Framing;
import io.tcpecho.settings.TcpEchoProperties.Listener;
import io.tcpecho.settings.TlsProperties.ClientAuth;
import io.tcpecho.settings.TlsProperties.CloseNotify;
import io.tcpecho.text.Labels;

/**
 * The rules that the keys of a listener's TLS must keep. Those about the content of its
 * bundle are checked where bundles are known.
 */
final class TlsChecks {

	/** With it, the JDK answers close_notify at once, before the reply. */
	private static final String ACKNOWLEDGE = "jdk.tls.acknowledgeCloseNotify";

	private static final List<String> PROTOCOLS = List.of(TlsSettings.TLS_1_3, TlsSettings.TLS_1_2);

	private static final int LONGEST_ALPN_IN_BYTES = 255;

	private final String key;

	private final List<String> problems = new ArrayList<>();

	private TlsChecks(String key) {
		this.key = key;
	}

	/**
	 * Check the keys.
	 * @param listenerKey the key of the listener
	 * @return a sentence for each problem, naming the property, its value and the limit
	 */
	static List<String> find(String listenerKey, Listener listener) {
		TlsChecks checks = new TlsChecks(listenerKey + ".tls");
		TlsProperties tls = listener.tls();
		if (tls.bundle() == null) {
			checks.checkUnset(tls);
		}
		else {
			checks.check(tls, listener.framing());
		}
		return checks.problems;
	}

	private void checkUnset(TlsProperties tls) {
		requireBundle("client-auth", tls.clientAuth() != ClientAuth.NONE);
		requireBundle("protocols", !tls.configuredProtocols().isEmpty());
		requireBundle("alpn", !tls.acceptedAlpn().isEmpty());
		requireBundle("close-notify", tls.closeNotify() != CloseNotify.REQUIRED);
	}

	private void requireBundle(String name, boolean set) {
		if (set) {
			this.problems.add(this.key + "." + name + " is set, and " + this.key + ".bundle is not");
		}
	}

	private void check(TlsProperties tls, Framing framing) {
		for (String protocol : tls.configuredProtocols()) {
			if (!PROTOCOLS.contains(protocol)) {
				this.problems.add(this.key + ".protocols: " + protocol + " is unknown, and must be "
						+ String.join(" or ", PROTOCOLS));
			}
		}
		if (framing == Framing.EOF && tls.configuredProtocols().contains(TlsSettings.TLS_1_2)) {
			this.problems.add(this.key + ".protocols has " + TlsSettings.TLS_1_2 + ", whose close_notify ends both "
					+ "directions, and framing " + Labels.of(framing) + " needs a half-close");
		}
		for (String protocol : tls.acceptedAlpn()) {
			int length = protocol.getBytes(StandardCharsets.UTF_8).length;
			if (length < 1 || length > LONGEST_ALPN_IN_BYTES) {
				this.problems.add(this.key + ".alpn: a protocol has " + length + " bytes, and must have between 1 and "
						+ LONGEST_ALPN_IN_BYTES);
			}
		}
		if (Boolean.getBoolean(ACKNOWLEDGE)) {
			this.problems.add("The system property " + ACKNOWLEDGE + " is true, and " + this.key
					+ ".bundle is set: close_notify would be sent before the reply");
		}
	}

}
