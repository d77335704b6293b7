package io.tcpecho.tls;

import java.security.cert.CertificateException;

/** Thrown for a peer's certificate that has not passed a check. */
final class UntrustedException extends CertificateException {

	private final TrustCheck check;

	/** Create an exception with the message and the cause of another. */
	UntrustedException(TrustCheck check, CertificateException reason) {
		super(reason.getMessage(), reason.getCause());
		this.check = check;
	}

	TrustCheck check() {
		return this.check;
	}

}
