package io.tcpecho.server;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.tcpecho.testing.TestCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A bundle that is renewed while the start takes it.
 */
class TlsBundleTests {

	@TempDir
	private Path directory;

	@Test
	void whenTheBundleIsRenewedBeforeItIsFollowedTheNewestIsTaken() {
		Renewing bundles = new Renewing(bundle("first"), bundle("second"));
		TlsBundle taken = TlsBundle.watch("echo", bundles);
		assertThat(taken.renewals()).isOne();
		assertThat(taken.failures()).isZero();
	}

	@Test
	void whenTheBundleIsNotRenewedItIsTakenOnce() {
		SslBundle only = bundle("only");
		assertThat(TlsBundle.watch("echo", new DefaultSslBundleRegistry("echo", only)).renewals()).isZero();
	}

	@Test
	void whenItIsRenewedItsOwnCertificatesAreThatOneAndTheOneBefore() {
		List<TestCertificate> certificates = Stream.of("first", "second", "third")
			.map(TestCertificate::authority)
			.toList();
		DefaultSslBundleRegistry registry = new DefaultSslBundleRegistry("echo", bundle("1", certificates.get(0)));
		TlsBundle taken = TlsBundle.watch("echo", registry);
		assertThat(certificates.stream().map((certificate) -> taken.isOwn(certificate.certificate())))
			.containsExactly(true, false, false);
		registry.updateBundle("echo", bundle("2", certificates.get(1)));
		assertThat(certificates.stream().map((certificate) -> taken.isOwn(certificate.certificate())))
			.containsExactly(true, true, false);
		registry.updateBundle("echo", bundle("3", certificates.get(2)));
		assertThat(certificates.stream().map((certificate) -> taken.isOwn(certificate.certificate())))
			.containsExactly(false, true, true);
	}

	private SslBundle bundle(String name) {
		return bundle(name, TestCertificate.authority(name));
	}

	private SslBundle bundle(String name, TestCertificate certificate) {
		Path chain = certificate.writeChain(this.directory.resolve(name + ".crt"));
		Path key = certificate.writeKey(this.directory.resolve(name + ".key"));
		return SslBundle.of(new PemSslStoreBundle(
				PemSslStoreDetails.forCertificate("file:" + chain).withPrivateKey("file:" + key), null));
	}

	/** Bundles of which one is renewed right before a handler follows it. */
	private static final class Renewing implements SslBundles {

		private final DefaultSslBundleRegistry registry;

		private final SslBundle renewed;

		Renewing(SslBundle first, SslBundle renewed) {
			this.registry = new DefaultSslBundleRegistry("echo", first);
			this.renewed = renewed;
		}

		@Override
		public SslBundle getBundle(String name) {
			return this.registry.getBundle(name);
		}

		@Override
		public void addBundleUpdateHandler(String name, Consumer<SslBundle> handler) {
			this.registry.updateBundle(name, this.renewed);
			this.registry.addBundleUpdateHandler(name, handler);
		}

		@Override
		public void addBundleRegisterHandler(BiConsumer<String, SslBundle> handler) {
			this.registry.addBundleRegisterHandler(handler);
		}

		@Override
		public List<String> getBundleNames() {
			return this.registry.getBundleNames();
		}

	}

}
