package io.tcpecho.probe;

import java.security.cert.X509Certificate;

import io.tcpecho.probe.Passage.Session;
import io.tcpecho.text.Json;
import io.tcpecho.text.Labels;
import io.tcpecho.tls.TlsFailure;
import org.jspecify.annotations.Nullable;

/**
 * The way in of an exchange as JSON. What did not happen is null.
 */
final class PassageJson {

	private PassageJson() {
	}

	static @Nullable Json of(@Nullable Passage passage) {
		return (passage == null) ? null
				: new Json().with("viaMillis", millis(passage.viaNanos()))
					.with("replica", passage.replica())
					.with("tlsMillis", millis(passage.tlsNanos()))
					.with("tlsBytesReceived", (passage.tlsReceived() > 0) ? passage.tlsReceived() : null)
					.with("tls", of(passage.session()))
					.with("tlsFailure", of(passage.failure()));
	}

	private static @Nullable Json of(@Nullable Session tls) {
		return (tls == null) ? null
				: new Json().with("version", tls.version())
					.with("cipherSuite", tls.cipherSuite())
					.with("serverName", tls.serverName())
					.with("alpn", tls.alpn())
					.with("resumed", tls.resumed())
					.with("certificate", of(tls.certificate()));
	}

	private static @Nullable Json of(@Nullable X509Certificate certificate) {
		return (certificate == null) ? null
				: new Json().with("subject", certificate.getSubjectX500Principal().getName())
					.with("issuer", certificate.getIssuerX500Principal().getName())
					.with("notAfter", certificate.getNotAfter().toInstant());
	}

	private static @Nullable Json of(@Nullable TlsFailure failure) {
		return (failure == null) ? null
				: new Json().with("kind", Labels.of(failure.kind()))
					.with("alert", failure.alert())
					.with("check", (failure.check() != null) ? Labels.of(failure.check()) : null)
					.with("message", failure.message());
	}

	private static @Nullable Object millis(long nanos) {
		return (nanos == Result.NEVER) ? null : Result.millis(nanos);
	}

}
