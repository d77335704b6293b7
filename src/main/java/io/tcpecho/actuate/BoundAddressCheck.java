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
 * each HTTP server of the process what it has bound, so it does not matter which property
 * or variable said so.
 */
class BoundAddressCheck implements ApplicationListener<WebServerInitializedEvent> {

	private final ManagementProperties management;

	BoundAddressCheck(ManagementProperties management) {
		this.management = management;
	}

	@Override
	public void onApplicationEvent(WebServerInitializedEvent event) {
		List<String> problems = new ArrayList<>();
		if (this.management.unprotected()) {
			for (InetSocketAddress bound : boundAddresses(event.getWebServer())) {
				if (!bound.getAddress().isLoopbackAddress()) {
					problems.add(ManagementProperties.PREFIX + ".unprotected is true, and management is bound to "
							+ SocketAddresses.text(bound) + ", which is not a loopback address");
				}
			}
		}
		if (!problems.isEmpty()) {
			throw new ConfigurationRefusedException(problems);
		}
	}

	/** Return the addresses that a server listens on. */
	static List<InetSocketAddress> boundAddresses(WebServer server) {
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
