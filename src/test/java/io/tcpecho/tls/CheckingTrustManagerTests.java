package io.tcpecho.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which check of a certificate has failed, if the trust manager below does not tell.
 */
class CheckingTrustManagerTests {

	private static final X509Certificate[] CHAIN = {};

	private final Refusing refusing = new Refusing();

	private final CheckingTrustManager checking = new CheckingTrustManager(this.refusing);

	@Test
	void whenTheChainOfAClientIsRefusedItIsValidatedOnce() throws Exception {
		SSLEngine engine = SSLContext.getDefault().createSSLEngine();
		assertThatExceptionOfType(UntrustedException.class)
			.isThrownBy(() -> this.checking.checkClientTrusted(CHAIN, "EC", engine))
			.satisfies((ex) -> assertThat(ex.check()).isEqualTo(TrustCheck.ISSUER));
		assertThat(this.refusing.validations).isOne();
	}

	@Test
	void whenTheChainOfAServerIsRefusedItIsValidatedAgainWithoutItsName() throws Exception {
		SSLEngine engine = SSLContext.getDefault().createSSLEngine();
		assertThatExceptionOfType(UntrustedException.class)
			.isThrownBy(() -> this.checking.checkServerTrusted(CHAIN, "EC", engine))
			.satisfies((ex) -> assertThat(ex.check()).isEqualTo(TrustCheck.ISSUER));
		assertThat(this.refusing.validations).isEqualTo(2);
	}

	/** Trusts no certificate, and counts how often it was asked. */
	private static final class Refusing extends X509ExtendedTrustManager {

		private int validations;

		private void refuse() throws CertificateException {
			this.validations++;
			throw new CertificateException("Refused for a test");
		}

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
				throws CertificateException {
			refuse();
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
				throws CertificateException {
			refuse();
		}

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
				throws CertificateException {
			refuse();
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
				throws CertificateException {
			refuse();
		}

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
			refuse();
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
			refuse();
		}

		@Override
		public X509Certificate[] getAcceptedIssuers() {
			return new X509Certificate[0];
		}

	}

}
