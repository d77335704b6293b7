package io.tcpecho.actuate;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import io.tcpecho.client.EchoClient;
import io.tcpecho.client.EchoClientProperties;
import io.tcpecho.client.EchoClients;
import io.tcpecho.client.EchoFailedException;
import io.tcpecho.server.EchoListener;
import io.tcpecho.server.ListenerStatus;
import io.tcpecho.settings.ListenerSettings;
import io.tcpecho.settings.TcpEchoProperties.Service;
import io.tcpecho.text.SocketAddresses;

import org.springframework.beans.factory.DisposableBean;

/**
 * Sends a message through a listener as any client does, over loopback and the outbound
 * gateway. A result is reused for one second, so that many health checks cause no load.
 * Any thread may call it; one check runs at a time.
 */
class SelfCheck implements DisposableBean {

	/** The result if the message came back. */
	static final String PASSED = "passed";

	private static final int MESSAGE_LENGTH = 16;

	private static final Duration GOOD_FOR = Duration.ofSeconds(1);

	private final EchoClients clients;

	private final Duration timeout;

	private final Map<String, Checked> checked = new HashMap<>();

	SelfCheck(EchoClients clients, Duration timeout) {
		this.clients = clients;
		this.timeout = timeout;
	}

	/**
	 * Return whether a listener can be checked: a service but the echo cannot, and
	 * neither can one with a PROXY header or TLS, which the client of the check does not
	 * speak.
	 */
	static boolean isFor(EchoListener listener) {
		ListenerSettings settings = listener.getSettings();
		return settings.service() == Service.ECHO && settings.proxyProtocol() == null && settings.tls() == null;
	}

	/** Return {@link #PASSED}, or the error. */
	synchronized String check(EchoListener listener) {
		Checked last = this.checked.get(listener.getName());
		if (last == null || System.nanoTime() - last.at >= GOOD_FOR.toNanos()) {
			EchoClient client = (last != null) ? last.client : open(ListenerStatus.of(listener));
			last = new Checked(client, exchange(client, ListenerStatus.of(listener)), System.nanoTime());
			this.checked.put(listener.getName(), last);
		}
		return last.answer;
	}

	private EchoClient open(ListenerStatus listener) {
		String address = listener.address();
		Long maxMessageSize = listener.limits().maxMessageSizeBytes();
		return this.clients.open("self-check-" + listener.name(),
				EchoClientProperties.of(SocketAddresses.isWildcard(address) ? "localhost" : address, port(listener),
						listener.framing().equals("stream") ? "fixed" : listener.framing(),
						(maxMessageSize != null) ? maxMessageSize : MESSAGE_LENGTH, this.timeout));
	}

	private static int port(ListenerStatus listener) {
		Integer port = listener.port();
		if (port == null) {
			throw new IllegalStateException("Listener " + listener.name() + " has no port");
		}
		return port;
	}

	private static String exchange(EchoClient client, ListenerStatus listener) {
		Long most = listener.limits().maxMessageSizeBytes();
		boolean fixed = listener.framing().equals("fixed");
		int length = (int) ((most == null) ? MESSAGE_LENGTH : fixed ? most : Math.min(MESSAGE_LENGTH, most));
		byte[] message = new byte[length];
		Arrays.fill(message, (byte) 'x');
		try {
			client.echo(message);
			return PASSED;
		}
		catch (EchoFailedException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

	@Override
	public synchronized void destroy() {
		this.checked.values().forEach((last) -> last.client.close());
		this.checked.clear();
	}

	/**
	 * The last check of a listener.
	 */
	private record Checked(EchoClient client, String answer, long at) {

	}

}
