package io.tcpecho.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;

import org.jspecify.annotations.Nullable;

/**
 * A certificate for tests with its key, on the curve P-256: an authority, or one that an
 * authority has issued. The JDK can read certificates and cannot make any, so the few
 * structures of DER are written here.
 */
public final class TestCertificate {

	private static final byte[] ECDSA_WITH_SHA256 = { 0x30, 0x0A, 0x06, 0x08, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE,
			0x3D, 0x04, 0x03, 0x02 };

	private static final byte[] SUBJECT_ALTERNATIVE_NAMES = { 0x06, 0x03, 0x55, 0x1D, 0x11 };

	private static final byte[] BASIC_CONSTRAINTS = { 0x06, 0x03, 0x55, 0x1D, 0x13 };

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'")
		.withZone(ZoneOffset.UTC);

	private static final AtomicLong serial = new AtomicLong(System.nanoTime());

	private final X509Certificate certificate;

	private final PrivateKey key;

	private final List<X509Certificate> chain;

	private TestCertificate(X509Certificate certificate, PrivateKey key, List<X509Certificate> chain) {
		this.certificate = certificate;
		this.key = key;
		this.chain = chain;
	}

	/** Make an authority that signs its own certificate. */
	public static TestCertificate authority(String name) {
		return make("CN=" + name, null, List.of(), Duration.ofDays(-1), Duration.ofDays(10));
	}

	/**
	 * Issue a certificate that is valid today.
	 * @param names its alternative names, such as {@code DNS:localhost},
	 * {@code IP:127.0.0.1} and {@code URI:spiffe://a}
	 */
	public TestCertificate issue(String subject, String... names) {
		return make(subject, this, List.of(names), Duration.ofDays(-1), Duration.ofDays(10));
	}

	/** Issue a certificate that is valid between two times from now. */
	public TestCertificate issue(String subject, Duration from, Duration to, String... names) {
		return make(subject, this, List.of(names), from, to);
	}

	private static TestCertificate make(String subject, @Nullable TestCertificate issuer, List<String> names,
			Duration from, Duration to) {
		try {
			KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
			generator.initialize(new ECGenParameterSpec("secp256r1"));
			KeyPair pair = generator.generateKeyPair();
			byte[] subjectName = new X500Principal(subject).getEncoded();
			byte[] issuerName = (issuer != null) ? issuer.certificate.getSubjectX500Principal().getEncoded()
					: subjectName;
			Instant now = Instant.now();
			byte[] content = der(0x30, der(0xA0, der(0x02, new byte[] { 2 })),
					der(0x02, BigInteger.valueOf(serial.incrementAndGet()).toByteArray()), ECDSA_WITH_SHA256,
					issuerName, der(0x30, time(now.plus(from)), time(now.plus(to))), subjectName,
					pair.getPublic().getEncoded(), der(0xA3, der(0x30, extensions(issuer == null, names))));
			Signature signature = Signature.getInstance("SHA256withECDSA");
			signature.initSign((issuer != null) ? issuer.key : pair.getPrivate());
			signature.update(content);
			byte[] encoded = der(0x30, content, ECDSA_WITH_SHA256, der(0x03, new byte[] { 0 }, signature.sign()));
			X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
				.generateCertificate(new ByteArrayInputStream(encoded));
			List<X509Certificate> chain = new ArrayList<>(List.of(certificate));
			if (issuer != null) {
				chain.addAll(issuer.chain);
			}
			return new TestCertificate(certificate, pair.getPrivate(), List.copyOf(chain));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static byte[] time(Instant time) {
		return der(0x18, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
	}

	private static byte[] extensions(boolean authority, List<String> names) {
		byte[] constraints = authority ? der(0x30, BASIC_CONSTRAINTS, der(0x01, new byte[] { -1 }),
				der(0x04, der(0x30, der(0x01, new byte[] { -1 })))) : new byte[0];
		if (names.isEmpty()) {
			return constraints;
		}
		byte[][] encoded = names.stream().map(TestCertificate::name).toArray(byte[][]::new);
		return join(constraints, der(0x30, SUBJECT_ALTERNATIVE_NAMES, der(0x04, der(0x30, encoded))));
	}

	private static byte[] name(String name) {
		String value = name.substring(name.indexOf(':') + 1);
		byte[] text = value.getBytes(StandardCharsets.US_ASCII);
		return switch (name.substring(0, name.indexOf(':'))) {
			case "DNS" -> der(0x82, text);
			case "URI" -> der(0x86, text);
			case "email" -> der(0x81, text);
			case "IP" -> der(0x87, address(value));
			default -> throw new IllegalArgumentException(name);
		};
	}

	private static byte[] address(String value) {
		byte[] address = new byte[4];
		String[] parts = value.split("\\.");
		for (int i = 0; i < address.length; i++) {
			address[i] = (byte) Integer.parseInt(parts[i]);
		}
		return address;
	}

	private static byte[] der(int tag, byte[]... parts) {
		byte[] content = join(parts);
		int length = content.length;
		byte[] header = (length < 0x80) ? new byte[] { (byte) tag, (byte) length }
				: (length < 0x100) ? new byte[] { (byte) tag, (byte) 0x81, (byte) length }
						: new byte[] { (byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length };
		return join(header, content);
	}

	private static byte[] join(byte[]... parts) {
		ByteArrayOutputStream joined = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			joined.writeBytes(part);
		}
		return joined.toByteArray();
	}

	/** Return the certificate alone. */
	public X509Certificate certificate() {
		return this.certificate;
	}

	/** Return the managers of a side that has this certificate. */
	public KeyManager[] keyManagers() {
		try {
			// Unlike PKCS12, this type derives no key from the password in 10,000 rounds.
			KeyStore store = store("JKS");
			store.setKeyEntry("key", this.key, new char[0], this.chain.toArray(Certificate[]::new));
			KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
			factory.init(store, new char[0]);
			return factory.getKeyManagers();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Return the managers of a side that trusts this authority alone. */
	public TrustManager[] trustManagers() {
		try {
			KeyStore store = store("PKCS12");
			store.setCertificateEntry("authority", this.certificate);
			TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			factory.init(store);
			return factory.getTrustManagers();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static KeyStore store(String type) throws GeneralSecurityException {
		try {
			KeyStore store = KeyStore.getInstance(type);
			store.load(null, null);
			return store;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Write the chain to a file, from this certificate to its authority. */
	public Path writeChain(Path file) {
		StringBuilder pem = new StringBuilder();
		for (X509Certificate each : this.chain) {
			try {
				pem.append(pem("CERTIFICATE", each.getEncoded()));
			}
			catch (GeneralSecurityException ex) {
				throw new IllegalStateException(ex);
			}
		}
		return write(file, pem.toString());
	}

	/** Write the chain and the key to a key store, and return its file. */
	public Path writeKeyStore(Path file, String password) {
		try (OutputStream out = Files.newOutputStream(file)) {
			KeyStore store = store("PKCS12");
			store.setKeyEntry("key", this.key, password.toCharArray(), this.chain.toArray(Certificate[]::new));
			store.store(out, password.toCharArray());
			return file;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Write the key to a file. */
	public Path writeKey(Path file) {
		return write(file, pem("PRIVATE KEY", this.key.getEncoded()));
	}

	private static Path write(Path file, String text) {
		try {
			return Files.writeString(file, text);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String pem(String type, byte[] encoded) {
		return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(encoded)
				+ "\n-----END " + type + "-----\n";
	}

}
