package io.tcpecho.gateway;

/**
 * The names of the headers that messages of this server have beside those of Spring
 * Integration's {@code IpHeaders}. A header is absent where its value is not known.
 */
public final class ConnectionHeader {

	/**
	 * The address and port of the client for which a proxy speaks, a text such as
	 * {@code 192.0.2.1:50000}. {@code IpHeaders.IP_ADDRESS} is the proxy's then.
	 */
	public static final String CLIENT = "tcpecho_client";

	/**
	 * What the PROXY header said, a {@link io.tcpecho.connection.ProxyDetails}.
	 */
	public static final String PROXY = "tcpecho_proxy";

	/**
	 * The connection that the message came by, an
	 * {@link io.tcpecho.connection.OpenConnection}.
	 */
	public static final String CONNECTION = "tcpecho_connection";

	private ConnectionHeader() {
	}

}
