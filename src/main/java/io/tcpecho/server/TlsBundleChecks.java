package io.tcpecho.server;

import java.security.KeyStore;
import java.security.KeyStoreException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;

import io.tcpecho.settings.ConfigurationCheck;
import io.tcpecho.settings.TcpEchoProperties;
import io.tcpecho.settings.TlsProperties;
import io.tcpecho.settings.TlsProperties.ClientAuth;
import io.tcpecho.text.Labels;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * The rules about the content of the SSL bundles that listeners name.
 */
class TlsBundleChecks implements ConfigurationCheck {

	private final TcpEchoProperties properties;

	private final ObjectProvider<SslBundles> bundles;

	TlsBundleChecks(TcpEchoProperties properties, ObjectProvider<SslBundles> bundles) {
		this.properties = properties;
		this.bundles = bundles;
	}

	@Override
	public List<String> problems() {
		List<String> problems = new ArrayList<>();
		this.properties.listeners().forEach((name, listener) -> {
			String bundle = listener.tls().bundle();
			if (listener.enabled() && bundle != null) {
				String problem = problem("tcp-echo.listeners." + name + ".tls", bundle, listener.tls());
				if (problem != null) {
					problems.add(problem);
				}
			}
		});
		return problems;
	}

	private @Nullable String problem(String key, String name, TlsProperties tls) {
		SslBundles all = this.bundles.getIfAvailable();
		List<String> known = (all != null) ? all.getBundleNames() : List.of();
		if (all == null || !known.contains(name)) {
			return key + ".bundle is " + name + ", and no SSL bundle has this name ("
					+ (known.isEmpty() ? "there is none" : "known: " + String.join(", ", new TreeSet<>(known))) + ")";
		}
		try {
			SslBundle bundle = all.getBundle(name);
			if (!hasKey(bundle.getStores().getKeyStore())) {
				return key + ".bundle is " + name + ", which has no certificate with a key";
			}
			if (tls.clientAuth() != ClientAuth.NONE && bundle.getStores().getTrustStore() == null) {
				return key + ".client-auth is " + Labels.of(tls.clientAuth()) + ", and the bundle " + name
						+ " has no truststore";
			}
			return null;
		}
		catch (KeyStoreException | RuntimeException ex) {
			return key + ".bundle is " + name + ", which cannot be read: " + ex.getMessage();
		}
	}

	private static boolean hasKey(@Nullable KeyStore store) throws KeyStoreException {
		if (store != null) {
			for (String alias : Collections.list(store.aliases())) {
				if (store.isKeyEntry(alias)) {
					return true;
				}
			}
		}
		return false;
	}

}
