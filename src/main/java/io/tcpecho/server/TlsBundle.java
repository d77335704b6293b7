package io.tcpecho.server;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

	/** The certificates of the context, those of its keys only. */
	private volatile Set<Certificate> certificates;

	/** Those of the context before it. */
	private volatile Set<Certificate> certificatesBefore = Set.of();

	/** The bundle that was looked at last. */
	private SslBundle latest;

	private TlsBundle(String name, SslBundle bundle) {
		this.name = name;
		this.latest = bundle;
		String[] ciphers = bundle.getOptions().getCiphers();
		this.ciphers = (ciphers != null) ? List.of(ciphers) : List.of();
		try {
			this.context = context(bundle);
			this.certificates = certificates(bundle);
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
			SSLContext renewed = context(bundle);
			Set<Certificate> next = certificates(bundle);
			this.certificatesBefore = this.certificates;
			this.certificates = next;
			this.context = renewed;
			this.renewals.increment();
			logger.info("The SSL bundle {} was renewed; new connections use it", this.name);
		}
		catch (GeneralSecurityException | IOException | RuntimeException ex) {
			this.failures.increment();
			logger.error("The renewed SSL bundle {} does not work, and the old one stays: {}", this.name,
					ex.getMessage());
		}
	}

	private static Set<Certificate> certificates(SslBundle bundle) throws GeneralSecurityException {
		Set<Certificate> certificates = new HashSet<>();
		KeyStore store = bundle.getStores().getKeyStore();
		for (String alias : (store != null) ? Collections.list(store.aliases()) : List.<String>of()) {
			if (store.isKeyEntry(alias)) {
				certificates.add(store.getCertificate(alias));
			}
		}
		return certificates;
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

	/**
	 * Return whether a certificate is that of new connections, or of those that began
	 * before it was renewed.
	 */
	boolean isOwn(Certificate certificate) {
		return this.certificates.contains(certificate) || this.certificatesBefore.contains(certificate);
	}

	/** Return the context of new connections. */
	SSLContext context() {
		return this.context;
	}

}
