package io.tcpecho.actuate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

import io.tcpecho.guard.GuardedProtocol;
import io.tcpecho.settings.ConfigurationRefusedException;
import io.tcpecho.text.SocketAddresses;
import org.apache.catalina.connector.Connector;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;

/**
 * Ends the start if management without a login is reachable from another machine. It asks
 * the server of management what it has bound, so it does not matter which property or
 * variable said so.
 */
class BoundAddressCheck implements ApplicationListener<WebServerInitializedEvent> {

	/** Spring Boot's name of a separate server. */
	private static final String MANAGEMENT = "management";

	private final ManagementProperties management;

	private final boolean separate;

	private volatile boolean loopback;

	/**
	 * Create a check.
	 * @param separate whether management has a server of its own
	 */
	BoundAddressCheck(ManagementProperties management, boolean separate) {
		this.management = management;
		this.separate = separate;
	}

	@Override
	public void onApplicationEvent(WebServerInitializedEvent event) {
		if (MANAGEMENT.equals(event.getApplicationContext().getServerNamespace()) != this.separate) {
			return;
		}
		List<InetSocketAddress> others = boundAddresses(event.getWebServer()).stream()
			.filter((bound) -> !bound.getAddress().isLoopbackAddress())
			.toList();
		if (this.management.unprotected() && !others.isEmpty()) {
			throw new ConfigurationRefusedException(others.stream()
				.map((bound) -> ManagementProperties.PREFIX + ".unprotected is true, and management is bound to "
						+ SocketAddresses.text(bound) + ", which is not a loopback address")
				.toList());
		}
		this.loopback = others.isEmpty();
	}

	/**
	 * Return whether management is bound to loopback addresses only; false until its
	 * server has started.
	 */
	boolean isLoopback() {
		return this.loopback;
	}

	private static List<InetSocketAddress> boundAddresses(WebServer server) {
		List<InetSocketAddress> addresses = new ArrayList<>();
		for (Connector connector : ((TomcatWebServer) server).getTomcat().getService().findConnectors()) {
			InetSocketAddress address = boundAddress((GuardedProtocol) connector.getProtocolHandler());
			if (address != null) {
				addresses.add(address);
			}
		}
		return addresses;
	}

	private static @Nullable InetSocketAddress boundAddress(GuardedProtocol protocol) {
		try {
			return protocol.boundAddress();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
