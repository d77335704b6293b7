package io.tcpecho.server;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.tcpecho.settings.TcpEchoProperties;
import io.tcpecho.testing.TestCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the start refuses about the content of an SSL bundle.
 */
class TlsBundleChecksTests {

	private static final TestCertificate AUTHORITY = TestCertificate.authority("Test CA");

	@TempDir
	private Path directory;

	private final Map<String, String> properties = new TreeMap<>(
			Map.of("tcp-echo.listeners.eof.port", "0", "tcp-echo.listeners.eof.tls.bundle", "echo"));

	@Test
	void whenABundleHasAllThatAListenerNeedsItIsTaken() {
		this.properties.put("tcp-echo.listeners.eof.tls.client-auth", "need");
		assertThat(problems(bundle(keys(), trust()))).isEmpty();
	}

	@Test
	void whenThereIsNoBundleOfThatNameTheOthersAreNamed() {
		this.properties.put("tcp-echo.listeners.eof.tls.bundle", "other");
		assertThat(problems(bundle(keys(), null))).containsExactly(
				"tcp-echo.listeners.eof.tls.bundle is other, and no SSL bundle has this name (known: echo)");
		assertThat(new TlsBundleChecks(bound(), new StaticListableBeanFactory().getBeanProvider(SslBundles.class))
			.problems()).containsExactly(
					"tcp-echo.listeners.eof.tls.bundle is other, and no SSL bundle has this name (there is none)");
	}

	@Test
	void whenABundleHasNoKeyItIsRefused() {
		assertThat(problems(bundle(null, trust())))
			.containsExactly("tcp-echo.listeners.eof.tls.bundle is echo, which has no certificate with a key");
	}

	@Test
	void whenABundleCannotBeReadItIsRefused() {
		assertThat(problems(bundle(PemSslStoreDetails.forCertificate("file:/nowhere/tls.crt"), null))).singleElement()
			.asString()
			.startsWith("tcp-echo.listeners.eof.tls.bundle is echo, which cannot be read: ")
			.contains("/nowhere/tls.crt");
	}

	@Test
	void whenClientsAreAskedForACertificateAndNothingIsTrustedTheBundleIsRefused() {
		this.properties.put("tcp-echo.listeners.eof.tls.client-auth", "want");
		assertThat(problems(bundle(keys(), null)))
			.containsExactly("tcp-echo.listeners.eof.tls.client-auth is want, and the bundle echo has no truststore");
	}

	@Test
	void whenAListenerIsNotEnabledItsBundleIsNotLookedAt() {
		this.properties.put("tcp-echo.listeners.eof.enabled", "false");
		assertThat(problems(bundle(null, null))).isEmpty();
	}

	private List<String> problems(SslBundle bundle) {
		StaticListableBeanFactory beans = new StaticListableBeanFactory();
		beans.addBean("bundles", new DefaultSslBundleRegistry("echo", bundle));
		return new TlsBundleChecks(bound(), beans.getBeanProvider(SslBundles.class)).problems();
	}

	private TcpEchoProperties bound() {
		return new Binder(new MapConfigurationPropertySource(this.properties)).bindOrCreate("tcp-echo",
				TcpEchoProperties.class);
	}

	private static SslBundle bundle(@Nullable PemSslStoreDetails keys, @Nullable PemSslStoreDetails trust) {
		return SslBundle.of(new PemSslStoreBundle(keys, trust));
	}

	private PemSslStoreDetails keys() {
		TestCertificate certificate = AUTHORITY.issue("CN=server");
		return PemSslStoreDetails.forCertificate("file:" + certificate.writeChain(this.directory.resolve("tls.crt")))
			.withPrivateKey("file:" + certificate.writeKey(this.directory.resolve("tls.key")));
	}

	private PemSslStoreDetails trust() {
		return PemSslStoreDetails.forCertificate("file:" + AUTHORITY.writeChain(this.directory.resolve("ca.crt")));
	}

}
