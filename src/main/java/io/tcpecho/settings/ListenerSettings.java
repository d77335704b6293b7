package io.tcpecho.settings;

import io.tcpecho.framing.Framing;
import io.tcpecho.settings.TcpEchoProperties.ExecutorKind;
import io.tcpecho.settings.TcpEchoProperties.Lab;
import io.tcpecho.settings.TcpEchoProperties.Listener;
import io.tcpecho.settings.TcpEchoProperties.OnOversize;
import io.tcpecho.settings.TcpEchoProperties.Service;
import io.tcpecho.settings.TcpEchoProperties.Timeouts;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * An enabled listener after the checks, with the values that depend on its framing and on
 * the machine filled in.
 *
 * @param name its name
 * @param address the address to listen on, null for all
 * @param port its port, 0 for any free one
 * @param service what it does for its clients
 * @param framing the rule that tells where a message ends
 * @param maxMessageSizeInBytes its largest payload
 * @param onOversize the treatment of a larger message
 * @param maxConnections the largest number of open connections
 * @param maxConnectionsPerAddress the largest number of open connections from one
 * address, 0 for no such limit
 * @param backlog completed connects that may wait to be accepted
 * @param eventLoops threads that serve the connections
 * @param executor where the echo service runs
 * @param poolSize threads of the executor pool
 * @param poolQueue messages that wait in the executor pool
 * @param timeouts deadlines of a connection
 * @param minWriteRateInBytes reply bytes that a client must take each second, 0 for no
 * such limit
 * @param proxyProtocol the PROXY header that it requires, null for none
 * @param lab limits of what clients of service lab may ask for
 * @param tls the TLS of its connections, null for none
 * @param identify whether a line with the server's identity comes before the first reply
 * @param greeting what the server sends at once, with escapes; empty for nothing
 */
public record ListenerSettings(String name, @Nullable String address, int port, Service service, Framing framing,
		int maxMessageSizeInBytes, OnOversize onOversize, int maxConnections, int maxConnectionsPerAddress, int backlog,
		int eventLoops, ExecutorKind executor, int poolSize, int poolQueue, Timeouts timeouts, long minWriteRateInBytes,
		@Nullable ProxyProtocolSettings proxyProtocol, Lab lab, @Nullable TlsSettings tls, boolean identify,
		String greeting) {

	/**
	 * More than a record of TLS that is not complete, and its content; a PROXY header or
	 * the first line of a lab is shorter.
	 */
	private static final int BESIDE_A_MESSAGE_IN_BYTES = 64 * 1024;

	/** What is enough for the path measurements of two clients. */
	private static final int USUAL_MAX_LAB_CONNECTIONS = 128;

	/**
	 * Return the settings of a listener that has passed the checks.
	 * @param usualMaxConnections the largest number of open connections if the listener
	 * configures none
	 */
	static ListenerSettings of(String name, Listener listener, int usualMaxConnections) {
		String address = listener.address();
		Integer port = listener.port();
		Integer maxConnections = listener.maxConnections();
		int usual = (listener.service() == Service.LAB) ? Math.min(usualMaxConnections, USUAL_MAX_LAB_CONNECTIONS)
				: usualMaxConnections;
		return new ListenerSettings(name, (address != null && !address.isBlank()) ? address : null,
				(port != null) ? port : 0, listener.service(), listener.framing(), largestMessage(listener),
				listener.onOversize(), (maxConnections != null) ? maxConnections : usual,
				listener.maxConnectionsPerAddress(), listener.backlog(), listener.eventLoops(), listener.executor(),
				listener.poolSize(), listener.poolQueue(), listener.timeouts(), listener.minWriteRate().toBytes(),
				ProxyProtocolSettings.of(listener.proxyProtocol()), listener.lab(),
				TlsSettings.of(listener.tls(), listener.framing()), listener.identify(),
				(listener.greeting() != null) ? listener.greeting() : "");
	}

	/** Return the bytes of the largest message that the framing can have. */
	static int largestMessage(Listener listener) {
		return listener.framing().deserializer((int) messageSize(listener).toBytes()).getMaxMessageSize();
	}

	/**
	 * Return the bytes of memory that a connection may need beside its message, for what
	 * its layers and its service hold.
	 */
	static int besideAMessage(Listener listener) {
		return besideAMessage(listener.service(), listener.tls().bundle() != null,
				ProxyProtocolSettings.of(listener.proxyProtocol()) != null);
	}

	private static int besideAMessage(Service service, boolean tls, boolean proxied) {
		return (service == Service.LAB || tls || proxied) ? BESIDE_A_MESSAGE_IN_BYTES : 0;
	}

	/** Return the bytes of memory that its largest message needs. */
	long memoryOfAMessageInBytes() {
		return (long) this.maxMessageSizeInBytes
				+ besideAMessage(this.service, this.tls != null, this.proxyProtocol != null);
	}

	/** Return the configured size of the largest message. */
	static DataSize messageSize(Listener listener) {
		DataSize fixedLength = listener.fixedLength();
		return (listener.framing() == Framing.FIXED && fixedLength != null) ? fixedLength : listener.maxMessageSize();
	}

}
