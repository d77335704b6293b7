package io.tcpecho.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.jspecify.annotations.Nullable;

/**
 * A client that speaks TLS as the sockets of the JDK do. Every wait is bounded by 20
 * seconds.
 */
public final class TlsPeer implements AutoCloseable {

	private static final int PATIENCE_IN_MILLIS = 20_000;

	private final Socket plain;

	private final SSLSocket socket;

	private TlsPeer(Socket plain, SSLSocket socket) {
		this.plain = plain;
		this.socket = socket;
	}

	/**
	 * Connect and shake hands.
	 * @param authority what to trust
	 * @param own the certificate of this side, null for none
	 * @param protocols the versions to offer, none for the usual ones
	 */
	public static TlsPeer connect(int port, TestCertificate authority, @Nullable TestCertificate own,
			String... protocols) {
		try {
			SSLContext context = SSLContext.getInstance("TLS");
			context.init((own != null) ? own.keyManagers() : null, authority.trustManagers(), null);
			Socket plain = new Socket("localhost", port);
			plain.setTcpNoDelay(true);
			SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", port, true);
			socket.setSoTimeout(PATIENCE_IN_MILLIS);
			if (protocols.length > 0) {
				socket.setEnabledProtocols(protocols);
			}
			socket.startHandshake();
			return new TlsPeer(plain, socket);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Return the certificate that the server has shown. */
	public X509Certificate serverCertificate() {
		try {
			return (X509Certificate) this.socket.getSession().getPeerCertificates()[0];
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Send text in US-ASCII. */
	public TlsPeer send(String text) {
		return send(text.getBytes(StandardCharsets.US_ASCII));
	}

	/** Send bytes. */
	public TlsPeer send(byte[] bytes) {
		try {
			this.socket.getOutputStream().write(bytes);
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Send close_notify and go on reading. */
	public TlsPeer halfClose() {
		try {
			this.socket.shutdownOutput();
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Send FIN without close_notify before it. */
	public TlsPeer fin() {
		try {
			this.plain.shutdownOutput();
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Read a number of bytes. */
	public String read(int count) {
		try {
			return new String(this.socket.getInputStream().readNBytes(count), StandardCharsets.US_ASCII);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Read until the server ends the stream: FIN stands for a stream that ended with
	 * close_notify.
	 * @throws UncheckedIOException if the server has sent an alert, or FIN alone
	 */
	public Reply readToEnd() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		byte[] block = new byte[64 * 1024];
		try {
			int length;
			while ((length = this.socket.getInputStream().read(block)) >= 0) {
				bytes.write(block, 0, length);
			}
			return new Reply(bytes.toByteArray(), End.FIN);
		}
		catch (SSLException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (IOException ex) {
			return new Reply(bytes.toByteArray(), End.RST);
		}
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			// The server has reset the connection.
		}
	}

}
