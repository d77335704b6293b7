package io.tcpecho.via;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.tcpecho.text.SocketAddresses;
import org.jspecify.annotations.Nullable;

/**
 * The client's part of CONNECT of HTTP/1.1 (RFC 9110, section 9.3.6): a request, and the
 * head of an answer, which is at most {@value #LARGEST_HEAD} bytes long.
 */
final class HttpConnect implements Negotiation {

	private static final byte[] NOTHING = {};

	private static final int LARGEST_HEAD = 16 * 1024;

	private static final int MOST_SHOWN = 80;

	private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.\\d (\\d\\d\\d)(?: (.*))?", Pattern.DOTALL);

	/** Every status line begins with this. */
	private static final String BEGINNING = "HTTP/1.";

	private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");

	private final InetSocketAddress destination;

	private final @Nullable Login login;

	private final StringBuilder line = new StringBuilder();

	private int headSize;

	private boolean inHeaders;

	private boolean interim;

	private boolean done;

	/**
	 * Create the part of one connection.
	 * @param destination where the proxy connects to; unresolved if the proxy looks the
	 * name up
	 * @param login null if there is none to offer
	 */
	HttpConnect(InetSocketAddress destination, @Nullable Login login) {
		this.destination = destination;
		this.login = login;
	}

	@Override
	public byte[] begin() {
		String authority = SocketAddresses.text(this.destination);
		StringBuilder request = new StringBuilder("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n");
		if (this.login != null) {
			byte[] userAndPassword = Login.bytes(this.login.user() + ":" + this.login.password());
			request.append("Proxy-Authorization: Basic ")
				.append(Base64.getEncoder().encodeToString(userAndPassword))
				.append("\r\n");
		}
		return request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
	}

	/**
	 * One byte may end the head if a line has ended; within a line, two more must come.
	 * At the beginning each one may show that this is no HTTP.
	 */
	@Override
	public int wanted() {
		if (this.done) {
			return 0;
		}
		boolean begins = !this.inHeaders && this.line.length() < BEGINNING.length();
		return (begins || this.line.isEmpty() || endsWithReturn()) ? 1 : 2;
	}

	private boolean endsWithReturn() {
		return this.line.charAt(this.line.length() - 1) == '\r';
	}

	@Override
	public byte[] take(byte[] bytes) throws ViaException {
		for (byte next : bytes) {
			this.headSize++;
			if (this.headSize > LARGEST_HEAD) {
				throw ViaException.failed("the head of its answer has more than " + LARGEST_HEAD + " bytes");
			}
			if (next == '\n') {
				lineEnds();
			}
			else {
				this.line.append((char) Byte.toUnsignedInt(next));
				requireStatusLine();
			}
		}
		return NOTHING;
	}

	/** Refuse bytes that begin no status line as soon as they show it. */
	private void requireStatusLine() throws ViaException {
		int known = Math.min(this.line.length(), BEGINNING.length());
		if (!this.inHeaders && !this.line.substring(0, known).equals(BEGINNING.substring(0, known))) {
			throw notHttp();
		}
	}

	private ViaException notHttp() {
		return ViaException
			.failed("it does not speak HTTP/1: its answer begins with \"" + shown(this.line.toString()) + "\"");
	}

	private void lineEnds() throws ViaException {
		if (!this.line.isEmpty() && endsWithReturn()) {
			this.line.setLength(this.line.length() - 1);
		}
		if (!this.inHeaders) {
			statusLineEnds();
		}
		else if (this.line.isEmpty()) {
			// After an interim answer the real one follows.
			this.inHeaders = false;
			this.done = !this.interim;
		}
		this.line.setLength(0);
	}

	private void statusLineEnds() throws ViaException {
		Matcher matcher = STATUS_LINE.matcher(this.line);
		if (!matcher.matches()) {
			throw notHttp();
		}
		int status = Integer.parseInt(matcher.group(1));
		this.interim = status < 200;
		if (status >= 300) {
			throw ViaException.refused(
					("status " + status + " " + shown((matcher.group(2) != null) ? matcher.group(2) : "")).strip());
		}
		this.inHeaders = true;
	}

	/** Return a text of the peer as a line of output may have it. */
	private static String shown(String text) {
		String cut = (text.length() > MOST_SHOWN) ? text.substring(0, MOST_SHOWN) + "..." : text;
		return UNPRINTABLE.matcher(cut).replaceAll("?");
	}

}
