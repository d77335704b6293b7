package io.tcpecho.monitor;

import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.SSLContext;

import io.tcpecho.tls.TlsContexts;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * The trust and the client's certificates of the SSL bundles that targets name, as they
 * are at the moment. A bundle that is renewed and does not work is logged, and the old
 * one stays. Thread-safe.
 */
final class ClientBundles {

	private static final Log logger = LogFactory.getLog(ClientBundles.class);

	/** Stands for the authorities of the JDK. */
	private static final String JDK = "";

	/**
	 * A session that is older is not resumed: a resumed one would not show the
	 * certificate that the server has now.
	 */
	private static final int LONGEST_SESSION_IN_SECONDS = 1;

	private final Map<String, SSLContext> contexts = new ConcurrentHashMap<>();

	private final ObjectProvider<SslBundles> bundles;

	ClientBundles(ObjectProvider<SslBundles> bundles) {
		this.bundles = bundles;
	}

	/**
	 * Return the context of new connections.
	 * @param bundle the name of a bundle, null for the authorities of the JDK
	 */
	SSLContext context(@Nullable String bundle) {
		return this.contexts.computeIfAbsent((bundle != null) ? bundle : JDK, this::watched);
	}

	private SSLContext watched(String name) {
		if (name.equals(JDK)) {
			return made(name, null);
		}
		SslBundles all = this.bundles.getObject();
		all.addBundleUpdateHandler(name, (renewed) -> renew(name, renewed));
		return made(name, all.getBundle(name));
	}

	private void renew(String name, SslBundle renewed) {
		try {
			this.contexts.put(name, made(name, renewed));
		}
		catch (RuntimeException ex) {
			logger
				.error("The renewed SSL bundle " + name + " does not work, and the old one stays: " + ex.getMessage());
		}
	}

	private static SSLContext made(String name, @Nullable SslBundle bundle) {
		try {
			SSLContext context = (bundle == null) ? TlsContexts.of(null, null) : TlsContexts.of(
					bundle.getManagers().getKeyManagers(),
					(bundle.getStores().getTrustStore() != null) ? bundle.getManagers().getTrustManagers() : null);
			context.getClientSessionContext().setSessionTimeout(LONGEST_SESSION_IN_SECONDS);
			return context;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("The SSL bundle " + name + " does not work: " + ex.getMessage(), ex);
		}
	}

}
