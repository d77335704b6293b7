package io.tcpecho.tls;

import java.net.Socket;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertPathValidatorException.Reason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import java.security.cert.X509Certificate;
import java.util.Set;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

import org.jspecify.annotations.Nullable;

/**
 * Trusts what another trust manager trusts, and tells which check a certificate has not
 * passed. Thread-safe.
 */
final class CheckingTrustManager extends X509ExtendedTrustManager {

	private static final Set<Reason> DATES = Set.of(BasicReason.EXPIRED, BasicReason.NOT_YET_VALID);

	/** The builder of chains says that it has found no way to a trusted one. */
	private static final Set<Reason> ISSUERS = Set.of(BasicReason.UNSPECIFIED, BasicReason.INVALID_SIGNATURE,
			PKIXReason.NO_TRUST_ANCHOR, PKIXReason.NAME_CHAINING, PKIXReason.NOT_CA_CERT);

	private static final int MAX_CAUSES = 8;

	private final X509ExtendedTrustManager delegate;

	CheckingTrustManager(X509ExtendedTrustManager delegate) {
		this.delegate = delegate;
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
			throws CertificateException {
		try {
			this.delegate.checkServerTrusted(chain, authType, engine);
		}
		catch (CertificateException ex) {
			TrustCheck failed = failedCheck(ex);
			throw new UntrustedException((failed != null) ? failed : withoutName(chain, authType), ex);
		}
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
			throws CertificateException {
		try {
			this.delegate.checkClientTrusted(chain, authType, engine);
		}
		catch (CertificateException ex) {
			// The name of a client is not checked.
			TrustCheck failed = failedCheck(ex);
			throw new UntrustedException((failed != null) ? failed : TrustCheck.ISSUER, ex);
		}
	}

	/** Return which check has failed, null if the failure does not tell. */
	private static @Nullable TrustCheck failedCheck(CertificateException failure) {
		Throwable next = failure;
		for (int i = 0; i < MAX_CAUSES && next != null; i++) {
			if (next instanceof CertificateExpiredException || next instanceof CertificateNotYetValidException) {
				return TrustCheck.DATE;
			}
			if (next instanceof CertPathValidatorException ex && ex.getReason() != BasicReason.UNSPECIFIED) {
				return DATES.contains(ex.getReason()) ? TrustCheck.DATE
						: ISSUERS.contains(ex.getReason()) ? TrustCheck.ISSUER : TrustCheck.OTHER;
			}
			next = next.getCause();
		}
		return null;
	}

	/** Do the checks again, but for that of the name, and return which has failed. */
	private TrustCheck withoutName(X509Certificate[] chain, String authType) {
		try {
			this.delegate.checkServerTrusted(chain, authType);
			return TrustCheck.NAME;
		}
		catch (CertificateException ex) {
			return TrustCheck.ISSUER;
		}
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
		this.delegate.checkServerTrusted(chain, authType);
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
		this.delegate.checkClientTrusted(chain, authType);
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
			throws CertificateException {
		this.delegate.checkServerTrusted(chain, authType, socket);
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
			throws CertificateException {
		this.delegate.checkClientTrusted(chain, authType, socket);
	}

	@Override
	public X509Certificate[] getAcceptedIssuers() {
		return this.delegate.getAcceptedIssuers();
	}

}
