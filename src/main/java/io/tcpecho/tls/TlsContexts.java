package io.tcpecho.tls;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.function.Predicate;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

import org.jspecify.annotations.Nullable;

/**
 * Makes the contexts that {@link TlsServerLayer} and {@link TlsClientLayer} need: their
 * failures tell which check of a certificate has failed.
 */
public final class TlsContexts {

	private TlsContexts() {
	}

	/**
	 * Make a context.
	 * @param keys the certificate and key of this side, null for none
	 * @param trust what to trust, null for the authorities of the JDK
	 * @throws GeneralSecurityException if the JDK cannot use them
	 */
	public static SSLContext of(KeyManager @Nullable [] keys, TrustManager @Nullable [] trust)
			throws GeneralSecurityException {
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys, (trust != null) ? checking(trust) : checking(ofTheJdk()), null);
		return context;
	}

	/**
	 * Make a context of a client that does not check the server's certificate.
	 * @param keys the certificate and key of the client, null for none
	 * @throws GeneralSecurityException if the JDK cannot use them
	 */
	public static SSLContext trustingEverything(KeyManager @Nullable [] keys) throws GeneralSecurityException {
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys, new TrustManager[] { new TrustingTrustManager((certificate) -> true) }, null);
		return context;
	}

	/**
	 * Make a context of a client that knows the certificates of its server.
	 * @param known whether a certificate is one of them; its issuer, name and dates are
	 * not checked
	 * @throws GeneralSecurityException if the JDK cannot use it
	 */
	public static SSLContext trustingOnly(Predicate<X509Certificate> known) throws GeneralSecurityException {
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, new TrustManager[] { new TrustingTrustManager(known) }, null);
		return context;
	}

	private static TrustManager[] checking(TrustManager[] trust) {
		return Arrays.stream(trust)
			.map((manager) -> (manager instanceof X509ExtendedTrustManager extended)
					? new CheckingTrustManager(extended) : manager)
			.toArray(TrustManager[]::new);
	}

	private static TrustManager[] ofTheJdk() throws GeneralSecurityException {
		TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		factory.init((KeyStore) null);
		return factory.getTrustManagers();
	}

}
