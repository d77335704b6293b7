package io.tcpecho.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

import io.tcpecho.tls.TlsContexts;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

/**
 * Certificates and keys of a client in files of PEM.
 */
final class TlsFiles {

	private TlsFiles() {
	}

	/**
	 * Return the context that they make.
	 * @param authorities what to trust; null for the authorities of the JDK
	 * @param certificate the client's certificate with its chain; null for none
	 * @param key its key; null if that is in the same file
	 * @param insecure whether every certificate of a server is accepted
	 * @throws IllegalArgumentException naming the option whose file cannot be used
	 */
	static SSLContext context(@Nullable Path authorities, @Nullable Path certificate, @Nullable Path key,
			boolean insecure) {
		KeyManager[] keys = (certificate != null) ? keys(certificate, (key != null) ? key : certificate) : null;
		try {
			return insecure ? TlsContexts.trustingEverything(keys)
					: TlsContexts.of(keys, (authorities != null) ? trust(authorities) : null);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalArgumentException("TLS cannot be set up: " + ex.getMessage());
		}
	}

	private static TrustManager[] trust(Path file) {
		String content = read("ca", file);
		try {
			TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			factory.init(new PemSslStoreBundle(null, PemSslStoreDetails.forCertificate(content)).getTrustStore());
			return factory.getTrustManagers();
		}
		catch (GeneralSecurityException | IllegalStateException | IllegalArgumentException ex) {
			throw unusable("ca", file, ex);
		}
	}

	private static KeyManager[] keys(Path certificate, Path key) {
		PemSslStoreDetails details = PemSslStoreDetails.forCertificate(read("cert", certificate))
			.withPrivateKey(read("key", key));
		try {
			KeyStore store = new PemSslStoreBundle(details, null).getKeyStore();
			KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
			factory.init(store, new char[0]);
			return Arrays.stream(factory.getKeyManagers())
				.map((manager) -> (manager instanceof X509ExtendedKeyManager given) ? new GivenKeyManager(given)
						: manager)
				.toArray(KeyManager[]::new);
		}
		catch (GeneralSecurityException | IllegalStateException | IllegalArgumentException ex) {
			throw unusable("cert", certificate, ex);
		}
	}

	private static String read(String option, Path file) {
		try {
			String content = Files.readString(file, StandardCharsets.ISO_8859_1);
			if (!content.contains("-----BEGIN ")) {
				throw new IllegalArgumentException(option + " " + file + " has no PEM: no line -----BEGIN ...-----");
			}
			return content;
		}
		catch (NoSuchFileException ex) {
			throw new IllegalArgumentException(option + " " + file + " does not exist");
		}
		catch (IOException ex) {
			throw new IllegalArgumentException(option + " " + file + " cannot be read: " + ex);
		}
	}

	private static IllegalArgumentException unusable(String option, Path file, Exception cause) {
		Throwable root = cause;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		return new IllegalArgumentException(option + " " + file + " cannot be used: " + root.getMessage());
	}

}
