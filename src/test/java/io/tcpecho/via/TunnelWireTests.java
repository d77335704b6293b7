package io.tcpecho.via;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import io.tcpecho.testing.MemoryWire;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What a tunnel says to a proxy, and what it makes of its answers, over a socket in
 * memory that hands them over in pieces.
 */
class TunnelWireTests {

	private static final InetSocketAddress NAME = InetSocketAddress.createUnresolved("echo.example", 7007);

	private static final String HELLO = "\5\1\0";

	private static final String NAME_REQUEST = "\5\1\0\3\14echo.example\33\137";

	private final MemoryWire socket = new MemoryWire();

	private int opened;

	// SOCKS 5

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 5, 1000 })
	void whenASocksProxyAgreesBytesPassInBothDirections(int piece) throws IOException {
		TunnelWire wire = socks(NAME, null);
		flush(wire, HELLO);
		assertThat(wire.write(bytes("too soon"))).isZero();
		answer(wire, "\5\0", piece);
		assertThat(this.socket.takeSent()).isEqualTo(NAME_REQUEST);
		String left = answer(wire, "\5\0\0\1\177\0\0\1\33\137first", piece);
		assertThat(left).isEqualTo("first");
		assertThat(this.opened).isOne();
		wire.write(bytes("message"));
		assertThat(this.socket.takeSent()).isEqualTo("message");
		assertThat(answer(wire, "second", piece)).isEqualTo("second");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\1\0\0\0\0\0\0", "\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "\3\4name\0\0", "\3\0\0\0" })
	void whenTheAnswerHasAnyKindOfAddressNoByteBehindItIsTaken(String address) throws IOException {
		TunnelWire wire = socks(NAME, null);
		flush(wire, HELLO);
		answer(wire, "\5\0", 1);
		assertThat(answer(wire, "\5\0\0" + address + "x", 1)).isEqualTo("x");
	}

	@Test
	void whenTheDestinationIsAnAddressItIsAskedForAsOne() throws Exception {
		TunnelWire four = socks(new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 443), null);
		flush(four, HELLO);
		answer(four, "\5\0", 1);
		assertThat(this.socket.takeSent()).isEqualTo("\5\1\0\1\300\0\2\1\1\273");
		TunnelWire six = socks(new InetSocketAddress(InetAddress.getByName("2001:db8::1"), 443), null);
		flush(six, HELLO);
		answer(six, "\5\0", 1);
		assertThat(this.socket.takeSent()).isEqualTo("\5\1\0\4\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1\1\273");
	}

	@Test
	void whenALoginIsWantedItIsSent() throws IOException {
		TunnelWire wire = socks(NAME, new Login("user", "secret"));
		flush(wire, "\5\2\0\2");
		answer(wire, "\5\2", 1);
		assertThat(this.socket.takeSent()).isEqualTo("\1\4user\6secret");
		answer(wire, "\1\0", 1);
		assertThat(this.socket.takeSent()).isEqualTo(NAME_REQUEST);
	}

	@ParameterizedTest
	@CsvSource({ "1,general failure", "2,not allowed by its rules", "3,network unreachable", "4,host unreachable",
			"5,connection refused", "6,TTL expired", "7,command not supported", "8,type of address not supported",
			"255,which RFC 1928 does not name" })
	void whenTheAnswerHasACodeTheProxyHasRefused(int code, String text) throws IOException {
		TunnelWire wire = socks(NAME, null);
		flush(wire, HELLO);
		answer(wire, "\5\0", 1);
		assertRefused(wire, "\5" + (char) code, "code " + code + ", " + text);
	}

	@Test
	void whenTheProxyWantsAnotherLoginItHasRefused() throws IOException {
		TunnelWire without = socks(NAME, null);
		flush(without, HELLO);
		assertRefused(without, "\5\377", "it wants a login, and none is given");
		TunnelWire with = socks(NAME, new Login("user", ""));
		flush(with, "\5\2\0\2");
		assertRefused(with, "\5\377", "it accepts neither a login of user and password nor none");
		TunnelWire wrong = socks(NAME, new Login("user", "wrong"));
		flush(wrong, "\5\2\0\2");
		answer(wrong, "\5\2", 1);
		assertRefused(wrong, "\1\1", "code 1, user or password is wrong");
	}

	@Test
	void whenTheProxySpeaksNoSocksItHasFailed() throws IOException {
		TunnelWire http = socks(NAME, null);
		flush(http, HELLO);
		assertFailed(http, "HTTP/1.0 400 Bad Request",
				"it does not speak SOCKS 5: its answer has 0x48 instead of 0x05");
		TunnelWire method = socks(NAME, null);
		flush(method, HELLO);
		assertFailed(method, "\5\2", "it chose method 2, which was not offered");
		TunnelWire type = socks(NAME, null);
		flush(type, HELLO);
		answer(type, "\5\0", 1);
		assertFailed(type, "\5\0\0\2\0", "type 2 of its address is unknown");
	}

	// HTTP

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 7, 1000 })
	void whenAnHttpProxyAgreesBytesPassInBothDirections(int piece) throws IOException {
		TunnelWire wire = http(NAME, null);
		flush(wire, "CONNECT echo.example:7007 HTTP/1.1\r\nHost: echo.example:7007\r\n\r\n");
		assertThat(answer(wire, "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\nfirst", piece))
			.isEqualTo("first");
		assertThat(this.opened).isOne();
		wire.write(bytes("message"));
		assertThat(this.socket.takeSent()).isEqualTo("message");
	}

	@ParameterizedTest
	@ValueSource(strings = { "HTTP/1.0 200\r\n\r\n", "HTTP/1.1 204 \n\n", "HTTP/1.1 200 OK\nA: b\n\n",
			"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" })
	void whenTheHeadIsShortOrInterimNoByteBehindItIsTaken(String head) throws IOException {
		TunnelWire wire = http(NAME, null);
		this.socket.takeSent();
		wire.flush();
		assertThat(answer(wire, head + "\r\n", 1000)).isEqualTo("\r\n");
	}

	@Test
	void whenALoginIsGivenItIsSentAsBasic() throws Exception {
		TunnelWire wire = http(new InetSocketAddress(InetAddress.getByName("2001:db8::1"), 443),
				new Login("user", "p:w"));
		wire.flush();
		assertThat(this.socket.takeSent())
			.isEqualTo("CONNECT [2001:db8:0:0:0:0:0:1]:443 HTTP/1.1\r\nHost: [2001:db8:0:0:0:0:0:1]:443\r\n"
					+ "Proxy-Authorization: Basic "
					+ Base64.getEncoder().encodeToString("user:p:w".getBytes(StandardCharsets.UTF_8)) + "\r\n\r\n");
	}

	@ParameterizedTest
	@CsvSource({ "HTTP/1.1 403 Forbidden,status 403 Forbidden", "HTTP/1.0 502,status 502",
			"HTTP/1.1 302 F\u001b[31mound,status 302 F?[31mound" })
	void whenTheStatusIsAnErrorTheProxyHasRefused(String line, String refusal) throws IOException {
		TunnelWire wire = http(NAME, null);
		wire.flush();
		assertRefused(wire, line + "\r\n", refusal);
	}

	@ParameterizedTest
	@CsvSource({ "SSH-2.0-OpenSSH,S", "HTTP/2 200 OK,HTTP/2", "HTTX,HTTX", "'\u0005\u0000',?" })
	void whenTheProxySpeaksNoHttpItHasFailedAtTheFirstWrongByte(String answer, String shown) throws IOException {
		TunnelWire wire = http(NAME, null);
		wire.flush();
		assertFailed(wire, answer, "it does not speak HTTP/1: its answer begins with \"" + shown + "\"");
	}

	@Test
	void whenTheHeadIsOverItsLimitTheProxyHasFailed() throws IOException {
		String start = "HTTP/1.1 200 OK\r\nA: ";
		TunnelWire wire = http(NAME, null);
		wire.flush();
		answer(wire, start + "a".repeat(16 * 1024 - start.length()), 1000);
		assertFailed(wire, "aa", "the head of its answer has more than 16384 bytes");
		TunnelWire exact = http(NAME, null);
		exact.flush();
		assertThat(answer(exact, start + "a".repeat(16 * 1024 - start.length() - 4) + "\r\n\r\nx", 1000))
			.isEqualTo("x");
	}

	// The wire

	@ParameterizedTest
	@ValueSource(strings = { "", "\5", "H" })
	void whenTheProxyEndsTheConnectionItHasFailed(String answer) throws IOException {
		TunnelWire wire = (answer.equals("H")) ? http(NAME, null) : socks(NAME, null);
		wire.flush();
		answer(wire, answer, 1);
		this.socket.ends();
		assertThatThrownBy(() -> wire.read(ByteBuffer.allocate(10))).isInstanceOf(ViaException.class)
			.hasMessage("FIN after " + answer.length() + (answer.isEmpty() ? " bytes" : " byte") + " of its answer");
	}

	@Test
	void whenTheSocketTakesLittleTheRestFollowsAndEventsAreThoseOfTheNegotiation() throws IOException {
		TunnelWire wire = socks(NAME, null);
		this.socket.takes(1);
		assertThat(wire.flush()).isFalse();
		assertThat(wire.interest(SelectionKey.OP_READ)).isEqualTo(SelectionKey.OP_WRITE);
		this.socket.takes(1000);
		assertThat(wire.flush()).isTrue();
		assertThat(this.socket.takeSent()).isEqualTo(HELLO);
		assertThat(wire.interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE)).isEqualTo(SelectionKey.OP_READ);
		assertThat(wire.endOutput()).isFalse();
		answer(wire, "\5\0", 1);
		answer(wire, "\5\0\0\1\0\0\0\0\0\0", 1);
		assertThat(wire.interest(SelectionKey.OP_WRITE)).isEqualTo(SelectionKey.OP_WRITE);
		assertThat(wire.endOutput()).isTrue();
		assertThat(wire.answered()).isEqualTo(12);
	}

	@Test
	void whenATunnelIsOnATunnelTheOuterOneIsAskedFirst() throws IOException {
		TunnelWire inner = http(NAME, null);
		TunnelWire outer = new TunnelWire(inner, new Socks5(NAME, null), () -> this.opened++);
		outer.flush();
		assertThat(this.socket.takeSent()).startsWith("CONNECT echo.example:7007 ").endsWith("\r\n\r\n");
		answer(outer, "HTTP/1.1 200 OK\r\n\r\n", 1000);
		assertThat(this.socket.takeSent()).isEqualTo(HELLO);
		answer(outer, "\5\0", 1000);
		assertThat(this.socket.takeSent()).isEqualTo(NAME_REQUEST);
		assertThat(answer(outer, "\5\0\0\1\0\0\0\0\0\0x", 1000)).isEqualTo("x");
		assertThat(this.opened).isEqualTo(2);
	}

	private TunnelWire socks(InetSocketAddress destination, @Nullable Login login) {
		return new TunnelWire(this.socket, new Socks5(destination, login), () -> this.opened++);
	}

	private TunnelWire http(InetSocketAddress destination, @Nullable Login login) {
		return new TunnelWire(this.socket, new HttpConnect(destination, login), () -> this.opened++);
	}

	private void flush(TunnelWire wire, String sent) throws IOException {
		assertThat(wire.flush()).isTrue();
		assertThat(this.socket.takeSent()).isEqualTo(sent);
	}

	/** Let bytes arrive in pieces, and return what the tunnel lets through. */
	private String answer(TunnelWire wire, String answer, int piece) throws IOException {
		StringBuilder passed = new StringBuilder();
		for (int i = 0; i < answer.length(); i += piece) {
			this.socket.arrives(answer.substring(i, Math.min(answer.length(), i + piece)));
			ByteBuffer target = ByteBuffer.allocate(1000);
			while (wire.read(target.clear()) > 0) {
				passed.append(text(target.array(), target.position()));
			}
		}
		return passed.toString();
	}

	private void assertRefused(TunnelWire wire, String answer, String message) {
		assertThatThrownBy(() -> answer(wire, answer, 1))
			.isInstanceOfSatisfying(ViaException.class, (ex) -> assertThat(ex.isRefused()).isTrue())
			.hasMessage(message);
	}

	private void assertFailed(TunnelWire wire, String answer, String message) {
		assertThatThrownBy(() -> answer(wire, answer, 1))
			.isInstanceOfSatisfying(ViaException.class, (ex) -> assertThat(ex.isRefused()).isFalse())
			.hasMessage(message);
	}

	private static ByteBuffer bytes(String text) {
		return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
	}

	private static String text(byte[] bytes, int count) {
		return new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
	}

}
