package io.tcpecho.probe.diagnosis;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

import io.tcpecho.probe.Instead;
import io.tcpecho.probe.MessageFormat;
import io.tcpecho.probe.Protocol;

/**
 * A connection that begins with other bytes than a message: a TLS hello, or a PROXY
 * header before the message. It is made where plain messages got no byte, and is harmless
 * to a server that does not expect it. Each runs on a thread of its own.
 */
final class Opening {

	/** A header that names no address, which every receiver of version 1 accepts. */
	private static final byte[] PROXY_HEADER = "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII);

	private Opening() {
	}

	/** Find out whether the peer answers a TLS hello with TLS, within the timeout. */
	static CompletableFuture<Answer> tls(InetSocketAddress peer, Duration timeout) {
		return start("tls", Kind.TLS_PORT, () -> {
			byte[] hello = hello();
			byte[] came = exchange(peer, hello, false, Instead.MOST_BYTES, timeout);
			String bytes = new String(came, StandardCharsets.ISO_8859_1);
			boolean echoed = came.length > 0 && Arrays.equals(came, 0, came.length, hello, 0, came.length);
			boolean proven = Protocol.of(bytes).isTls() && !echoed;
			return new Answer(Kind.TLS_PORT, proven,
					proven ? "a TLS hello was answered with " + Protocol.of(bytes).describe(bytes)
							: "a TLS hello got no answer");
		});
	}

	/**
	 * Find out whether the peer answers a message behind a PROXY header, within the
	 * timeout.
	 */
	static CompletableFuture<Answer> proxyHeader(InetSocketAddress peer, MessageFormat format, byte[] message,
			Duration timeout) {
		return start("proxy-header", Kind.PROXY_HEADER_MISSING, () -> {
			byte[] bytes = Arrays.copyOf(PROXY_HEADER, PROXY_HEADER.length + message.length);
			System.arraycopy(message, 0, bytes, PROXY_HEADER.length, message.length);
			boolean proven = Arrays.equals(message,
					exchange(peer, bytes, format.isEndedByFin(), message.length, timeout));
			return new Answer(Kind.PROXY_HEADER_MISSING, proven, proven
					? "behind the header \"PROXY UNKNOWN\" the same message was OK" : "the header made no difference");
		});
	}

	/** Return the first record of a TLS client that knows no name of the server. */
	private static byte[] hello() throws GeneralSecurityException, SSLException {
		SSLEngine engine = SSLContext.getDefault().createSSLEngine();
		engine.setUseClientMode(true);
		ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
		engine.wrap(ByteBuffer.allocate(0), record);
		return Arrays.copyOf(record.array(), record.position());
	}

	/**
	 * Send bytes and return what comes, up to so many bytes, until it ends or is late.
	 */
	private static byte[] exchange(InetSocketAddress peer, byte[] bytes, boolean halfClose, int most, Duration timeout)
			throws IOException {
		ByteArrayOutputStream came = new ByteArrayOutputStream();
		long deadline = System.nanoTime() + timeout.toNanos();
		try (Socket socket = new Socket()) {
			socket.connect(peer, (int) timeout.toMillis());
			socket.getOutputStream().write(bytes);
			if (halfClose) {
				socket.shutdownOutput();
			}
			InputStream in = socket.getInputStream();
			byte[] chunk = new byte[most];
			while (came.size() < most) {
				socket.setSoTimeout((int) Math.max(1, Duration.ofNanos(deadline - System.nanoTime()).toMillis()));
				int count = in.read(chunk, 0, most - came.size());
				if (count < 0) {
					break;
				}
				came.write(chunk, 0, count);
			}
		}
		catch (IOException ex) {
			// Too late, or reset: what has come until then is the answer.
			return came.toByteArray();
		}
		return came.toByteArray();
	}

	private static CompletableFuture<Answer> start(String name, Kind kind, Attempt attempt) {
		CompletableFuture<Answer> answer = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				answer.complete(attempt.make());
			}
			catch (IOException | GeneralSecurityException ex) {
				answer.complete(new Answer(kind, false, "it could not be tried: " + ex));
			}
			catch (RuntimeException | Error ex) {
				answer.completeExceptionally(ex);
			}
		}, "tcp-echo-opening-" + name);
		thread.setDaemon(true);
		thread.start();
		return answer;
	}

	/** What an opening does on its thread. */
	private interface Attempt {

		Answer make() throws IOException, GeneralSecurityException;

	}

}
