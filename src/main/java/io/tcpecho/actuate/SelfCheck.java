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
import io.tcpecho.server.OwnEntrance;
import io.tcpecho.server.ServerTls;

import org.springframework.beans.factory.DisposableBean;

/**
 * Sends a message through a listener as any client does, over loopback and the outbound
 * gateway: behind a PROXY header and over TLS, if the listener wants them. A result is
 * reused for one second, so that many health checks cause no load. Any thread may call
 * it; one check runs at a time.
 */
class SelfCheck implements DisposableBean {

	private static final int MESSAGE_LENGTH = 16;

	private static final Duration GOOD_FOR = Duration.ofSeconds(1);

	private final EchoClients clients;

	private final ServerTls tls;

	private final Duration timeout;

	private final Map<String, Checked> checked = new HashMap<>();

	SelfCheck(EchoClients clients, ServerTls tls, Duration timeout) {
		this.clients = clients;
		this.tls = tls;
		this.timeout = timeout;
	}

	/** Check a listener that listens, or say why that cannot be done. */
	Result check(EchoListener listener) {
		return OwnEntrance.obstacle(listener)
			.map((obstacle) -> new Result("not made: " + obstacle, false))
			.orElseGet(() -> checkNow(listener));
	}

	private synchronized Result checkNow(EchoListener listener) {
		Checked last = this.checked.get(listener.getName());
		if (last == null || System.nanoTime() - last.at >= GOOD_FOR.toNanos()) {
			EchoClient client = (last != null) ? last.client : open(listener);
			last = new Checked(client, exchange(client, ListenerStatus.of(listener)), System.nanoTime());
			this.checked.put(listener.getName(), last);
		}
		return last.result;
	}

	private EchoClient open(EchoListener listener) {
		OwnEntrance entrance = OwnEntrance.of(listener, this.tls);
		ListenerStatus status = ListenerStatus.of(listener);
		Long maxMessageSize = status.limits().maxMessageSizeBytes();
		return this.clients.open("self-check-" + listener.getName(),
				EchoClientProperties.of(entrance.address().getAddress().getHostAddress(), entrance.address().getPort(),
						status.framing().equals("stream") ? "fixed" : status.framing(),
						(maxMessageSize != null) ? maxMessageSize : MESSAGE_LENGTH, this.timeout),
				entrance.layers());
	}

	private static Result exchange(EchoClient client, ListenerStatus listener) {
		Long most = listener.limits().maxMessageSizeBytes();
		boolean fixed = listener.framing().equals("fixed");
		int length = (int) ((most == null) ? MESSAGE_LENGTH : fixed ? most : Math.min(MESSAGE_LENGTH, most));
		byte[] message = new byte[length];
		Arrays.fill(message, (byte) 'x');
		try {
			client.echo(message);
			return new Result("passed", false);
		}
		catch (EchoFailedException ex) {
			return new Result(String.valueOf(ex.getMessage()), true);
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
	private record Checked(EchoClient client, Result result, long at) {

	}

	/**
	 * What a check has shown.
	 *
	 * @param text the result in words
	 * @param failed whether the listener has not done what it should
	 */
	record Result(String text, boolean failed) {

	}

}
