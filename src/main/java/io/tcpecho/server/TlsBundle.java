package io.tcpecho.server;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

import io.tcpecho.tls.Rehearsal;
import io.tcpecho.tls.TlsContexts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * The certificate, key and trust of one SSL bundle, as they are at the moment: new
 * connections take the newest that works. A bundle that is renewed and does not work is
 * logged, and the old one stays. Thread-safe.
 */
public final class TlsBundle {

	private static final Logger logger = LoggerFactory.getLogger(TlsBundle.class);

	/** A server that trusts no authority needs none, and those of the JDK load slowly. */
	private static final TrustManager[] NO_TRUST = {};

	private final String name;

	private final List<String> ciphers;

	private final LongAdder renewals = new LongAdder();

	private final LongAdder failures = new LongAdder();

	private volatile SSLContext context;

	/** The bundle that was looked at last. */
	private SslBundle latest;

	private TlsBundle(String name, SslBundle bundle) {
		this.name = name;
		this.latest = bundle;
		String[] ciphers = bundle.getOptions().getCiphers();
		this.ciphers = (ciphers != null) ? List.of(ciphers) : List.of();
		try {
			this.context = context(bundle);
		}
		catch (GeneralSecurityException | IOException ex) {
			throw new IllegalStateException("The SSL bundle " + name + " does not work: " + ex.getMessage(), ex);
		}
	}

	/** Take a bundle, and follow its renewals. */
	static TlsBundle watch(String name, SslBundles bundles) {
		TlsBundle taken = new TlsBundle(name, bundles.getBundle(name));
		bundles.addBundleUpdateHandler(name, (renewed) -> taken.renew(bundles.getBundle(name)));
		// It may have been renewed before anything followed it.
		taken.renew(bundles.getBundle(name));
		return taken;
	}

	private static SSLContext context(SslBundle bundle) throws GeneralSecurityException, IOException {
		boolean trusts = bundle.getStores().getTrustStore() != null;
		SSLContext context = TlsContexts.of(bundle.getManagers().getKeyManagers(),
				trusts ? bundle.getManagers().getTrustManagers() : NO_TRUST);
		Rehearsal.run(context);
		return context;
	}

	private synchronized void renew(SslBundle bundle) {
		if (bundle == this.latest) {
			return;
		}
		this.latest = bundle;
		try {
			this.context = context(bundle);
			this.renewals.increment();
			logger.info("The SSL bundle {} was renewed; new connections use it", this.name);
		}
		catch (GeneralSecurityException | IOException | RuntimeException ex) {
			this.failures.increment();
			logger.error("The renewed SSL bundle {} does not work, and the old one stays: {}", this.name,
					ex.getMessage());
		}
	}

	/** Return the name. */
	public String name() {
		return this.name;
	}

	/** Return how often it was renewed and works. */
	public long renewals() {
		return this.renewals.sum();
	}

	/** Return how often it was renewed and did not work. */
	public long failures() {
		return this.failures.sum();
	}

	/** Return the cipher suites that it allows, empty for those of the JDK. */
	List<String> ciphers() {
		return this.ciphers;
	}

	/** Return the context of new connections. */
	SSLContext context() {
		return this.context;
	}

}
