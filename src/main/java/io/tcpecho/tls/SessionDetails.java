package io.tcpecho.tls;

import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

import io.tcpecho.connection.TlsDetails;
import org.jspecify.annotations.Nullable;

/** Reads what operators may know from the session of an engine. */
public final class SessionDetails {

	private static final int EMAIL = 1;

	private static final int DNS = 2;

	private static final int URI = 6;

	private static final int IP = 7;

	private SessionDetails() {
	}

	/**
	 * Return the details of a session whose handshake has finished.
	 * @param handshakeBegan a {@link System#currentTimeMillis()} before it began: a
	 * session that is older was resumed
	 * @param handshake the time that it took
	 */
	static TlsDetails of(SSLEngine engine, long handshakeBegan, Duration handshake) {
		SSLSession session = engine.getSession();
		String alpn = engine.getApplicationProtocol();
		return new TlsDetails(session.getProtocol(), session.getCipherSuite(), sni(session),
				(alpn == null || alpn.isEmpty()) ? null : alpn, session.getCreationTime() < handshakeBegan,
				TimeUnit.NANOSECONDS.toMicros(handshake.toNanos()), engine.getUseClientMode() ? null : client(session));
	}

	private static @Nullable String sni(SSLSession session) {
		if (session instanceof ExtendedSSLSession extended) {
			for (SNIServerName name : extended.getRequestedServerNames()) {
				if (name instanceof SNIHostName host) {
					return host.getAsciiName();
				}
			}
		}
		return null;
	}

	private static TlsDetails.@Nullable Client client(SSLSession session) {
		X509Certificate certificate = peerCertificate(session);
		return (certificate != null)
				? new TlsDetails.Client(certificate.getSubjectX500Principal().getName(), names(certificate)) : null;
	}

	/** Return the certificate of the peer itself, null if it has shown none. */
	public static @Nullable X509Certificate peerCertificate(SSLSession session) {
		try {
			Certificate[] chain = session.getPeerCertificates();
			return (chain.length > 0 && chain[0] instanceof X509Certificate certificate) ? certificate : null;
		}
		catch (SSLPeerUnverifiedException ex) {
			return null;
		}
	}

	/**
	 * Return when the first certificate of the peer's chain expires, null if it has shown
	 * none.
	 */
	public static @Nullable Instant peerExpiry(SSLSession session) {
		try {
			return Stream.of(session.getPeerCertificates())
				.filter(X509Certificate.class::isInstance)
				.map((certificate) -> ((X509Certificate) certificate).getNotAfter().toInstant())
				.min(Comparator.naturalOrder())
				.orElse(null);
		}
		catch (SSLPeerUnverifiedException ex) {
			return null;
		}
	}

	private static List<String> names(X509Certificate certificate) {
		List<String> names = new ArrayList<>();
		try {
			Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
			for (List<?> name : (alternatives != null) ? alternatives : List.<List<?>>of()) {
				String kind = kind(name.get(0));
				if (kind != null) {
					names.add(kind + ":" + name.get(1));
				}
			}
		}
		catch (CertificateParsingException ex) {
			// Its alternative names are shown as if it had none.
		}
		return names;
	}

	private static @Nullable String kind(Object type) {
		return switch ((Integer) type) {
			case EMAIL -> "email";
			case DNS -> "DNS";
			case URI -> "URI";
			case IP -> "IP";
			default -> null;
		};
	}

}
