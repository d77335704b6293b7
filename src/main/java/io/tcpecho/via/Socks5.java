package io.tcpecho.via;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * The client's part of SOCKS 5 (RFC 1928) with its logins (RFC 1929): greeting, login if
 * the proxy wants one, and the request to connect.
 */
final class Socks5 implements Negotiation {

	private static final byte[] NOTHING = {};

	private static final int VERSION = 5;

	private static final int LOGIN_VERSION = 1;

	private static final int NO_LOGIN = 0;

	private static final int LOGIN = 2;

	private static final int NO_METHOD = 0xFF;

	private static final int CONNECT = 1;

	private static final int IPV4 = 1;

	private static final int NAME = 3;

	private static final int IPV6 = 4;

	private static final int PORT_SIZE = 2;

	private static final int LONGEST_NAME = 255;

	private static final int LONGEST_OF_LOGIN = 255;

	private final InetSocketAddress destination;

	private final @Nullable Login login;

	private State state = State.METHOD;

	private int wanted = 2;

	/**
	 * Create the part of one connection.
	 * @param destination where the proxy connects to; unresolved if the proxy looks the
	 * name up
	 * @param login null if there is none to offer
	 */
	Socks5(InetSocketAddress destination, @Nullable Login login) {
		this.destination = destination;
		this.login = login;
	}

	/**
	 * Check that a login fits into a request.
	 * @throws IllegalArgumentException naming the value that is too long, without the
	 * password
	 */
	static void check(Login login) {
		requireAtMost("user", login.user());
		requireAtMost("password", login.password());
	}

	private static void requireAtMost(String name, String value) {
		int size = Login.bytes(value).length;
		if (size > LONGEST_OF_LOGIN) {
			throw new IllegalArgumentException(
					"the " + name + " has " + size + " bytes, more than " + LONGEST_OF_LOGIN);
		}
	}

	@Override
	public byte[] begin() {
		return (this.login != null) ? new byte[] { VERSION, 2, NO_LOGIN, LOGIN } : new byte[] { VERSION, 1, NO_LOGIN };
	}

	@Override
	public int wanted() {
		return this.wanted;
	}

	@Override
	public byte[] take(byte[] bytes) throws ViaException {
		return switch (this.state) {
			case METHOD -> method(bytes);
			case LOGIN -> login(bytes);
			case REPLY -> reply(bytes);
			case ADDRESS -> address(bytes);
			case REST -> {
				this.wanted = 0;
				yield NOTHING;
			}
		};
	}

	private byte[] method(byte[] bytes) throws ViaException {
		requireVersion(VERSION, bytes[0]);
		int method = Byte.toUnsignedInt(bytes[1]);
		if (method == NO_METHOD) {
			throw ViaException.refused((this.login == null) ? "it wants a login, and none is given"
					: "it accepts neither a login of user and password nor none");
		}
		if (method == NO_LOGIN) {
			return request();
		}
		if (method != LOGIN || this.login == null) {
			throw ViaException.failed("it chose method " + method + ", which was not offered");
		}
		this.state = State.LOGIN;
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		out.write(LOGIN_VERSION);
		writeWithLength(out, Login.bytes(this.login.user()));
		writeWithLength(out, Login.bytes(this.login.password()));
		return out.toByteArray();
	}

	private byte[] login(byte[] bytes) throws ViaException {
		// Some proxies repeat the version of SOCKS here.
		if (bytes[0] != VERSION) {
			requireVersion(LOGIN_VERSION, bytes[0]);
		}
		if (bytes[1] != 0) {
			throw ViaException.refused("code " + Byte.toUnsignedInt(bytes[1]) + ", user or password is wrong");
		}
		return request();
	}

	private byte[] request() {
		this.state = State.REPLY;
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		out.writeBytes(new byte[] { VERSION, CONNECT, 0 });
		InetAddress address = this.destination.getAddress();
		if (address == null) {
			out.write(NAME);
			writeWithLength(out, Login.bytes(this.destination.getHostString()));
		}
		else {
			byte[] bytes = address.getAddress();
			out.write((bytes.length == 4) ? IPV4 : IPV6);
			out.writeBytes(bytes);
		}
		out.write(this.destination.getPort() >> 8);
		out.write(this.destination.getPort());
		return out.toByteArray();
	}

	private byte[] reply(byte[] bytes) throws ViaException {
		requireVersion(VERSION, bytes[0]);
		if (bytes[1] != 0) {
			int code = Byte.toUnsignedInt(bytes[1]);
			throw ViaException.refused("code " + code + ", " + text(code));
		}
		this.state = State.ADDRESS;
		this.wanted = 3;
		return NOTHING;
	}

	/** Take a reserved byte, the type of the address and the address's first byte. */
	private byte[] address(byte[] bytes) throws ViaException {
		int size = switch (bytes[1]) {
			case IPV4 -> 4;
			case IPV6 -> 16;
			case NAME -> 1 + Byte.toUnsignedInt(bytes[2]);
			default -> throw ViaException.failed("type " + Byte.toUnsignedInt(bytes[1]) + " of its address is unknown");
		};
		this.state = State.REST;
		this.wanted = size - 1 + PORT_SIZE;
		return NOTHING;
	}

	private static void requireVersion(int version, byte actual) throws ViaException {
		if (actual != version) {
			throw ViaException.failed(String.format(Locale.ROOT,
					"it does not speak SOCKS 5: its answer has 0x%02x instead of 0x%02x", actual, version));
		}
	}

	private static void writeWithLength(ByteArrayOutputStream out, byte[] bytes) {
		out.write(bytes.length);
		out.writeBytes(bytes);
	}

	/** Return whether a name is short enough for a request. */
	static boolean isName(String name) {
		return Login.bytes(name).length <= LONGEST_NAME;
	}

	private static String text(int code) {
		return switch (code) {
			case 1 -> "general failure";
			case 2 -> "not allowed by its rules";
			case 3 -> "network unreachable";
			case 4 -> "host unreachable";
			case 5 -> "connection refused";
			case 6 -> "TTL expired";
			case 7 -> "command not supported";
			case 8 -> "type of address not supported";
			default -> "which RFC 1928 does not name";
		};
	}

	private enum State {

		METHOD, LOGIN, REPLY, ADDRESS, REST

	}

}
