package io.tcpecho.tls;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Why a handshake, or TLS after it, has failed.
 *
 * @param kind what has happened
 * @param alert the name of the peer's alert in lower case with underscores, such as
 * {@code unknown_ca}; null unless the kind is {@link Kind#ALERT}
 * @param check which check of ours has failed; null unless the kind is
 * {@link Kind#UNTRUSTED}
 * @param message the reason in words
 */
public record TlsFailure(Kind kind, @Nullable String alert, @Nullable TrustCheck check, String message) {

	/** JDK 17 says no more; JDK 25 puts the name in parentheses before it. */
	private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

	private static final Pattern NAME_OF_OUR_ALERT = Pattern.compile("^\\(\\w+\\) ");

	/** The exception that the JDK throws has no type of its own. */
	private static final String NO_CERTIFICATE = "Empty client certificate chain";

	private static final int MAX_CAUSES = 8;

	/** Return what an exception of the JDK stands for. */
	static TlsFailure of(Exception cause) {
		Throwable next = cause;
		for (int i = 0; i < MAX_CAUSES && next != null; i++) {
			if (next instanceof UntrustedException ex) {
				return new TlsFailure(Kind.UNTRUSTED, null, ex.check(), text(ex));
			}
			if (next.getMessage() != null && next.getMessage().contains(NO_CERTIFICATE)) {
				return new TlsFailure(Kind.UNTRUSTED, null, TrustCheck.MISSING, "The peer has sent no certificate");
			}
			Matcher alert = ALERT.matcher(String.valueOf(next.getMessage()));
			if (alert.find()) {
				return new TlsFailure(Kind.ALERT, alert.group(1), null,
						"The peer has sent the alert " + alert.group(1));
			}
			next = next.getCause();
		}
		return new TlsFailure(Kind.MISMATCH, null, null, text(cause));
	}

	private static String text(Exception cause) {
		String message = cause.getMessage();
		return (message != null) ? NAME_OF_OUR_ALERT.matcher(message).replaceFirst("") : cause.toString();
	}

	static TlsFailure notTls(int firstByte) {
		return new TlsFailure(Kind.NOT_TLS, null, null,
				String.format("The first bytes of the peer are no TLS record: 0x%02X", firstByte));
	}

	static TlsFailure cut(String how) {
		return new TlsFailure(Kind.CUT, null, null, how + " inside the handshake");
	}

	static TlsFailure timeout() {
		return new TlsFailure(Kind.TIMEOUT, null, null, "The handshake was not finished in time");
	}

	/** What can happen. */
	public enum Kind {

		/** The peer has sent a fatal alert. */
		ALERT,

		/** The peer's certificate has not passed a check of ours. */
		UNTRUSTED,

		/** The first bytes of the peer are no TLS. */
		NOT_TLS,

		/** The peer has ended the connection inside the handshake. */
		CUT,

		/** The peer has not finished the handshake in time. */
		TIMEOUT,

		/**
		 * Anything else that this side does not accept: no version, cipher suite or
		 * protocol in common, or bytes that break the rules of TLS.
		 */
		MISMATCH

	}

}
