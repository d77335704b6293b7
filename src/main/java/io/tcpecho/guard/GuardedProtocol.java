package io.tcpecho.guard;

import java.io.IOException;
import java.net.InetSocketAddress;

import org.apache.coyote.http11.Http11NioProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's HTTP/1.1 over a {@link GuardedEndpoint}. Tomcat creates it by its name.
 */
public class GuardedProtocol extends Http11NioProtocol {

	public GuardedProtocol() {
		super(new GuardedEndpoint());
	}

	/**
	 * Return the address and port that the system has bound, whatever was configured;
	 * null before and after.
	 */
	public @Nullable InetSocketAddress boundAddress() throws IOException {
		return ((GuardedEndpoint) getEndpoint()).boundAddress();
	}

}
