package io.tcpecho.server;

import java.nio.charset.StandardCharsets;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.EchoServerBuilder;
import io.tcpecho.testing.Oracle;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What a listener sends of its own: a greeting, and the line that names the replica.
 */
class GreetingWireTests {

	private static final String LINE = "tcp-echo/echo-7d9-x2k n1 ";

	@ParameterizedTest
	@CsvSource({ "eof,hello", "line,'hello\n'", "crlf,'hello\r\n'", "stream,hello" })
	void whenThereIsAGreetingItComesBeforeAnyByteOfTheClient(String framing, String message) {
		try (EchoServer server = EchoServer.framing(framing).listener("greeting", "220 ready\\r\\n").start();
				Peer peer = Peer.connect(server.port())) {
			assertThat(new String(peer.read(11), StandardCharsets.US_ASCII)).isEqualTo("220 ready\r\n");
			assertThat(peer.send(message).halfClose().readToEnd())
				.isEqualTo(new Reply(message.getBytes(StandardCharsets.US_ASCII), End.FIN));
		}
	}

	@Test
	void whenTheMessageFailsTheGreetingIsFollowedByAReset() {
		try (EchoServer server = EchoServer.framing("eof")
			.listener("greeting", "hi\\n")
			.listener("max-message-size", "4B")
			.start()) {
			Oracle oracle = Oracle.watch(server);
			Peer peer = Peer.connect(server.port());
			assertThat(new String(peer.read(3), StandardCharsets.US_ASCII)).isEqualTo("hi\n");
			assertThat(peer.send("hello").readAfterHalfClose().end()).isEqualTo(End.RST);
			peer.close();
			oracle.settled().calls(0).allEnded(Outcome.OVERSIZE, 1);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 64, 300_000 })
	void whenTheListenerIdentifiesItsLineComesRightBeforeTheReply(int size) {
		byte[] message = Payload.random(size, 1);
		try (EchoServer server = identified("eof").listener("max-message-size", "1MB").start()) {
			Oracle oracle = Oracle.watch(server);
			Peer peer = Peer.connect(server.port());
			assertThat(peer.send(message).isSilentFor(50)).isTrue();
			Reply reply = peer.halfClose().readToEnd();
			String text = new String(reply.bytes(), StandardCharsets.ISO_8859_1);
			assertThat(text).startsWith(LINE);
			int end = text.indexOf('\n');
			assertThat(text.substring(LINE.length(), end)).matches("\\S+");
			assertThat(text.substring(end + 1)).isEqualTo(new String(message, StandardCharsets.ISO_8859_1));
			assertThat(reply.end()).isEqualTo(End.FIN);
			peer.close();
			oracle.settled().calls((size == 0) ? 0 : 1).allEnded((size == 0) ? Outcome.EMPTY : Outcome.REPLIED, 1);
		}
	}

	@ParameterizedTest
	@CsvSource({ "line,'\n'", "crlf,'\r\n'" })
	void whenAConnectionStaysOpenTheLineComesOnce(String framing, String end) {
		try (EchoServer server = identified(framing).start(); Peer peer = Peer.connect(server.port())) {
			String reply = peer.send("one" + end + "two" + end).halfClose().readToEnd().text();
			assertThat(reply).startsWith(LINE).matches("(?s)\\S+ n1 \\S+" + end + "one" + end + "two" + end);
		}
	}

	@Test
	void whenThereAreBothTheGreetingComesFirst() {
		try (EchoServer server = identified("eof").listener("greeting", "hi\\n").start();
				Peer peer = Peer.connect(server.port())) {
			assertThat(new String(peer.read(3), StandardCharsets.US_ASCII)).isEqualTo("hi\n");
			assertThat(peer.send("hello").halfClose().readToEnd().text()).startsWith(LINE).endsWith("\nhello");
		}
	}

	@Test
	void whenTheReplyFailsThereIsNoLine() {
		try (EchoServer server = identified("eof").service((message) -> null).start()) {
			assertThat(Peer.exchange(server.port(), new byte[] { 1 })).isEqualTo(new Reply(new byte[0], End.RST));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "length-1", "length-2", "length-4", "fixed" })
	void aFramingWhoseClientsWouldTakeThemForAMessageIsRefused(String framing) {
		EchoServerBuilder builder = EchoServer.framing(framing)
			.listener("greeting", "hi")
			.listener("identify", true)
			.listener("fixed-length", "8B");
		assertThatThrownBy(builder::start).rootCause()
			.hasMessageContaining("tcp-echo.listeners.echo.greeting is set, and a client of framing " + framing
					+ " would take it for a message")
			.hasMessageContaining("tcp-echo.listeners.echo.identify is true, and a client of framing " + framing
					+ " would take the line for a message");
	}

	@Test
	void aGreetingMayHaveALimitedNumberOfBytes() {
		EchoServer.framing("eof").listener("greeting", "x".repeat(1024)).start().close();
		assertThatThrownBy(() -> EchoServer.framing("eof").listener("greeting", "x".repeat(1025)).start()).rootCause()
			.hasMessageContaining("tcp-echo.listeners.echo.greeting has 1025 bytes, and must have at most 1024");
	}

	@Test
	void anEscapeThatDoesNotExistIsRefused() {
		assertThatThrownBy(() -> EchoServer.framing("eof").listener("greeting", "hi\\q there").start()).rootCause()
			.hasMessageContaining(
					"tcp-echo.listeners.echo.greeting: '\\q t' is no escape; these are: \\r, \\n, \\t, \\\\ and \\xHH");
	}

	@Test
	void aNameThatWouldBreakTheLineIsRefused() {
		assertThatThrownBy(() -> EchoServer.framing("eof").property("tcp-echo.identity.pod", "my pod").start())
			.rootCause()
			.hasMessageContaining("tcp-echo.identity.pod is 'my pod', and must have at most 253 visible characters of "
					+ "ASCII and no space");
	}

	private static EchoServerBuilder identified(String framing) {
		return EchoServer.framing(framing)
			.listener("identify", true)
			.property("tcp-echo.identity.pod", "echo-7d9-x2k")
			.property("tcp-echo.identity.node", "n1");
	}

}
