package io.tcpecho.via;

import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.tcpecho.text.SocketAddresses;
import io.tcpecho.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * A proxy to go through, not resolved yet. Its text has neither user nor password.
 *
 * @param kind the protocol that it speaks
 * @param host a name, an IPv4 address, or an IPv6 address without brackets
 * @param port the TCP port, 1 to 65,535
 * @param user the user to log in as; null for no login
 * @param password the password of that user; null if it is to come from elsewhere
 */
public record ViaProxy(Kind kind, String host, int port, @Nullable String user, @Nullable String password) {

	private static final Pattern URL = Pattern
		.compile("([A-Za-z0-9]+)://(?:(.*)@)?(?:\\[([0-9A-Fa-f:.%\\w]+)]|([^:\\[\\]\\s/@]+)):(\\d{1,9})/?");

	private static final Pattern LOGIN = Pattern.compile("://.*@");

	/**
	 * Read {@code socks5://HOST:PORT}, {@code socks5h://...} or {@code http://...}, each
	 * with {@code USER@} or {@code USER:PASSWORD@} before the host; in these two a
	 * percent sign escapes, as in every URL.
	 * @throws IllegalArgumentException naming what is wrong, never with the password
	 */
	public static ViaProxy parse(String text) {
		String shown = withoutLogin(text);
		Matcher matcher = URL.matcher(text);
		if (!matcher.matches()) {
			throw new IllegalArgumentException("'" + shown
					+ "' is no proxy, such as socks5://127.0.0.1:1080, socks5h://USER@proxy:1080 or http://[::1]:3128");
		}
		Kind kind = Kind.of(matcher.group(1), shown);
		int port = Integer.parseInt(matcher.group(5));
		if (port < 1 || port > 65535) {
			throw new IllegalArgumentException("port " + port + " of '" + shown + "' is not between 1 and 65535");
		}
		String host = (matcher.group(3) != null) ? matcher.group(3) : matcher.group(4);
		if (matcher.group(2) == null) {
			return new ViaProxy(kind, host, port, null, null);
		}
		String[] login = matcher.group(2).split(":", 2);
		try {
			ViaProxy proxy = new ViaProxy(kind, host, port, decoded(login[0]),
					(login.length > 1) ? decoded(login[1]) : null);
			proxy.login();
			return proxy;
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("the login of '" + shown + "' is wrong: " + ex.getMessage());
		}
	}

	/** Return a text with a login left out that a URL in it may have. */
	public static String withoutLogin(String text) {
		return LOGIN.matcher(text).replaceAll("://***@");
	}

	private static String decoded(String text) {
		try {
			return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			// Its message may quote a part of the password.
			throw new IllegalArgumentException("a percent sign needs two hexadecimal digits after it");
		}
	}

	/** Return whether a password is still needed: there is a user without one. */
	public boolean needsPassword() {
		return this.user != null && this.password == null;
	}

	/**
	 * Return this proxy with a password.
	 * @throws IllegalArgumentException if it is too long for the proxy's protocol
	 */
	public ViaProxy with(String secret) {
		ViaProxy proxy = new ViaProxy(this.kind, this.host, this.port, this.user, secret);
		proxy.login();
		return proxy;
	}

	private @Nullable Login login() {
		if (this.user == null) {
			return null;
		}
		Login login = new Login(this.user, (this.password != null) ? this.password : "");
		if (this.kind != Kind.HTTP) {
			Socks5.check(login);
		}
		else if (this.user.contains(":")) {
			throw new IllegalArgumentException("the user has a colon, which Basic of HTTP ends it with");
		}
		return login;
	}

	/** Return whether the name of the destination is looked up by this side. */
	public boolean resolvesHere() {
		return this.kind == Kind.SOCKS5;
	}

	/**
	 * Check that the proxy can be asked for a name.
	 * @throws IllegalArgumentException if it is too long for that
	 */
	public void check(String name) {
		if (this.kind != Kind.HTTP && !Socks5.isName(name)) {
			throw new IllegalArgumentException(
					"the name '" + name + "' has more than 255 bytes, which " + this + " cannot be asked for");
		}
	}

	/**
	 * Return the layer that asks this proxy for a connection.
	 * @param destination where to; unresolved if the proxy looks the name up
	 * @param created is given the wire of each connection
	 * @param opened called when the proxy is a tunnel
	 */
	public Wire.Layer layer(InetSocketAddress destination, Consumer<TunnelWire> created, Runnable opened) {
		return (below, host) -> {
			Negotiation negotiation = (this.kind == Kind.HTTP) ? new HttpConnect(destination, login())
					: new Socks5(destination, login());
			TunnelWire wire = new TunnelWire(below, negotiation, opened);
			created.accept(wire);
			return wire;
		};
	}

	/** Return it as on the command line, without a login. */
	@Override
	public String toString() {
		return this.kind.scheme() + "://" + SocketAddresses.hostAndPort(this.host, this.port);
	}

	/** The protocols that a proxy may speak. */
	public enum Kind {

		/** SOCKS 5, asked for an address. */
		SOCKS5,

		/** SOCKS 5, asked for a name, which the proxy looks up. */
		SOCKS5H,

		/** CONNECT of HTTP/1.1, asked for a name, which the proxy looks up. */
		HTTP;

		private String scheme() {
			return name().toLowerCase(Locale.ROOT);
		}

		private static Kind of(String scheme, String shown) {
			for (Kind kind : values()) {
				if (kind.scheme().equals(scheme.toLowerCase(Locale.ROOT))) {
					return kind;
				}
			}
			throw new IllegalArgumentException("'" + scheme + "' of '" + shown + "' is none of socks5, socks5h, http");
		}

	}

}
