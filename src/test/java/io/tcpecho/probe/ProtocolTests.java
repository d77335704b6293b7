package io.tcpecho.probe;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the first bytes of a peer show, and where our own message is in them.
 */
class ProtocolTests {

	private static final List<Sample> SAMPLES = List.of(
			new Sample(Protocol.PROXY_V1, "PROXY TCP4 127.0.0.1 127.0.0.1 40000 7007\r\n", 11),
			new Sample(Protocol.PROXY_V1, "PROXY TCP6 2001:db8::1 2001:db8::2 40000 7007\r\n", 11),
			new Sample(Protocol.PROXY_V1, "PROXY UNKNOWN\r\n", 14),
			new Sample(Protocol.PROXY_V2, "\r\n\r\n\0\r\nQUIT\n!\u0011\0\fabcdefgh", 12),
			new Sample(Protocol.TLS_ALERT, "\u0015\u0003\u0001\0\u0002\u0002F", 6),
			new Sample(Protocol.TLS_RECORD, "\u0016\u0003\u0003\0zxxxxx", 4),
			new Sample(Protocol.TLS_RECORD, "\u0017\u0003\u0003A\0xxxxx", 4),
			new Sample(Protocol.HTTP, "HTTP/1.1 400 Bad Request\r\n\r\n", 12),
			new Sample(Protocol.HTTP, "<html><body>", 5),
			new Sample(Protocol.HTTP_2, "\0\0\u0012\u0004\0\0\0\0\0\0\u0003", 9),
			new Sample(Protocol.SSH, "SSH-2.0-OpenSSH_9.2\r\n", 8), new Sample(Protocol.SSH, "SSH-1.99-x\r\n", 9),
			new Sample(Protocol.SMTP, "220 mail.example.com ESMTP\r\n", 26),
			new Sample(Protocol.FTP, "220 (vsFTPd 3.0.3)\r\n", 10),
			new Sample(Protocol.SMTP_OR_FTP, "220 welcome\r\n", 4), new Sample(Protocol.POP3, "+OK ready\r\n", 4),
			new Sample(Protocol.IMAP, "* OK ready\r\n", 5), new Sample(Protocol.MYSQL, "J\0\0\0\n8.0.36\0xyz", 8),
			new Sample(Protocol.REDIS, "-ERR unknown command\r\n", 5),
			new Sample(Protocol.OTHER_MESSAGE, "tcp-echo/c0ffee/42 xxxx", 19));

	static Stream<Sample> samples() {
		return SAMPLES.stream();
	}

	@ParameterizedTest
	@MethodSource("samples")
	void whenEnoughBytesCameTheProtocolIsKnownAndBeforeThatItIsNot(Sample sample) {
		for (int length = 0; length <= sample.bytes.length(); length++) {
			Protocol seen = Protocol.of(sample.bytes.substring(0, length));
			if (length >= sample.enough) {
				assertThat(seen).as("%d bytes", length).isEqualTo(sample.protocol);
			}
			else {
				assertThat(seen).as("%d bytes", length).isIn(Protocol.UNKNOWN, Protocol.SMTP_OR_FTP);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "tcp-echo/", "PROXY", "PROXYTCP4 1", "xPROXY TCP4 ", "proxy TCP4 ", "\r\n\r\n",
			"\u0015\u0003\u0005\0\u0002\u0002", "\u0015\u0002\u0001\0\u0002\u0002", "\u0018\u0003\u0003\0z",
			"\u0016\u0003\u0003Bx", "HTTP/", "HTTP 1.1 200", "XHTTP/1.1 200", "SSH2.0-", "ssh-2.0-", "22 x", "2200",
			"+OKx", "*OK ", "-ERRx", "tcp-echo/xyz/1 ", "\n8.0.36" })
	void whenBytesOnlyLookSimilarTheyAreUnknown(String bytes) {
		assertThat(Protocol.of(bytes)).isEqualTo(Protocol.UNKNOWN);
	}

	@Test
	void whenTheBytesAreOursInAnyFramingTheyAreNotTakenForAnotherProtocol() {
		for (String framing : List.of("eof", "line", "crlf", "length-1", "length-2", "length-4", "fixed", "stream")) {
			for (int size = 1; size < 200; size++) {
				byte[] message = MessageFormat.of(framing).message(size, 5, size);
				assertThat(Protocol.of(new String(message, StandardCharsets.ISO_8859_1)))
					.as("%s, %d bytes", framing, size)
					.isIn(Protocol.UNKNOWN, Protocol.OTHER_MESSAGE);
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "70, a TLS alert (protocol version)", "10, a TLS alert (unexpected message)",
			"99, a TLS alert (number 99)" })
	void whenATlsAlertCameItsDescriptionIsNamed(int number, String words) {
		assertThat(Protocol.TLS_ALERT.describe("\u0015\u0003\u0001\0\u0002\u0002" + (char) number)).isEqualTo(words);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 28, 41, 107, 5000 })
	void whenOurMessageFollowsItsOffsetIsKnown(int offset) {
		byte[] message = MessageFormat.of("eof").message(64, 7, 1);
		byte[] came = new byte[offset + message.length];
		System.arraycopy(message, 0, came, offset, message.length);
		Instead instead = Instead.of(0, ByteBuffer.wrap(came), message);
		assertThat(instead.messageOffset()).isEqualTo(offset);
		assertThat(instead.bytes()).hasSize(64);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 10, 31 })
	void whenOurMessageIsCutShortItIsNotFound(int length) {
		byte[] message = MessageFormat.of("eof").message(64, 7, 1);
		ByteBuffer came = ByteBuffer.allocate(10 + length).position(10).put(message, 0, length).flip();
		assertThat(Instead.of(0, came, message).messageOffset()).isEqualTo(Evidence.UNKNOWN);
	}

	@Test
	void whenTheMessageOfAnotherExchangeCameItIsNotOurs() {
		byte[] other = MessageFormat.of("eof").message(64, 7, 2);
		Instead instead = Instead.of(0, ByteBuffer.wrap(other), MessageFormat.of("eof").message(64, 7, 1));
		assertThat(instead.protocol()).isEqualTo(Protocol.OTHER_MESSAGE);
		assertThat(instead.messageOffset()).isEqualTo(Evidence.UNKNOWN);
	}

	@Test
	void whenRightBytesCameBeforeItNoProtocolIsGuessed() {
		ByteBuffer came = ByteBuffer.wrap("HTTP/1.1 400 Bad".getBytes(StandardCharsets.US_ASCII));
		assertThat(Instead.of(17, came, new byte[0]).protocol()).isEqualTo(Protocol.UNKNOWN);
	}

	@Test
	void whenBytesAreShownControlCharactersAreEscaped() {
		ByteBuffer came = ByteBuffer.wrap("SSH-2.0\r\n\0\u001b[31m\\\"".getBytes(StandardCharsets.ISO_8859_1));
		assertThat(Instead.of(0, came, new byte[0]).text()).isEqualTo("SSH-2.0\\r\\n\\x00\\x1b[31m\\\\\"");
	}

	private record Sample(Protocol protocol, String bytes, int enough) {

	}

}
