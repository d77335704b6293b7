package io.tcpecho.nio;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.channels.SelectionKey.OP_CONNECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * The errors that the system and the JDK really throw, and those that are made here since
 * only a network could cause them. {@code ProbeLocaleIT} does it in another language.
 */
class SystemErrorsTests {

	private static final int PATIENCE_IN_MILLIS = 20_000;

	@Test
	void whenNothingListensItIsRefused() throws IOException {
		assertThat(SystemErrors.ofConnect(refusal())).isEqualTo(Failure.REFUSED);
	}

	@Test
	void whenTheJdkAppendsTheAddressItIsStillRefused() throws IOException {
		ConnectException appended = new ConnectException(refusal().getMessage() + ": localhost/127.0.0.1:7");
		assertThat(SystemErrors.ofConnect(appended)).isEqualTo(Failure.REFUSED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Connection timed out", "Connexion terminée par expiration du délai d'attente" })
	void whenTheKernelGivesUpToConnectItIsTimeout(String text) {
		assertThat(SystemErrors.ofConnect(new ConnectException(text))).isEqualTo(Failure.TIMEOUT);
	}

	@Test
	void whenThePeerResetsBeforeWeKnowThatItAcceptedItIsReset() throws IOException {
		try (ServerSocketChannel server = ServerSocketChannel.open().bind(anyPort());
				SocketChannel client = SocketChannel.open()) {
			client.configureBlocking(false);
			client.connect(server.getLocalAddress());
			reset(server.accept());
			assertThat(SystemErrors.ofConnect(failureToConnect(client))).isEqualTo(Failure.RESET);
		}
	}

	@Test
	void whenThereIsNoRouteItIsUnreachable() throws IOException {
		// TCP has no way to a multicast address, whatever the routes.
		try (SocketChannel client = SocketChannel.open()) {
			IOException cause = catchThrowableOfType(SocketException.class,
					() -> client.connect(new InetSocketAddress("224.0.0.1", 7)));
			assertThat(SystemErrors.ofConnect(cause)).isEqualTo(Failure.UNREACHABLE);
		}
	}

	@Test
	void whenARouterSaysThatThereIsNoWayItIsUnreachable() {
		assertThat(SystemErrors.ofConnect(new NoRouteToHostException("?"))).isEqualTo(Failure.UNREACHABLE);
	}

	@Test
	void whenTheNamedPortIsConnectedToThePeerAlreadyItIsLocal() throws IOException {
		try (ServerSocketChannel server = ServerSocketChannel.open().bind(anyPort());
				SocketChannel first = SocketChannel.open().setOption(StandardSocketOptions.SO_REUSEADDR, true);
				SocketChannel second = SocketChannel.open().setOption(StandardSocketOptions.SO_REUSEADDR, true)) {
			first.bind(anyPort());
			second.bind(first.getLocalAddress());
			first.connect(server.getLocalAddress());
			IOException cause = catchThrowableOfType(BindException.class,
					() -> second.connect(server.getLocalAddress()));
			assertThat(SystemErrors.ofConnect(cause)).isEqualTo(Failure.LOCAL);
		}
	}

	@Test
	void whenAReadMeetsAResetItIsReset() throws IOException {
		try (ServerSocketChannel server = ServerSocketChannel.open().bind(anyPort());
				SocketChannel client = SocketChannel.open(server.getLocalAddress())) {
			reset(server.accept());
			IOException cause = catchThrowableOfType(IOException.class, () -> client.read(ByteBuffer.allocate(1)));
			assertThat(SystemErrors.ofRead(cause)).isEqualTo(Failure.RESET);
		}
	}

	@Test
	void whenTheKernelGivesUpToRetransmitItIsTimeout() {
		assertThat(SystemErrors.ofRead(new IOException("Connection timed out"))).isEqualTo(Failure.TIMEOUT);
	}

	/** Return what a connect to a port fails with that nothing listens on. */
	private static IOException refusal() throws IOException {
		try (SocketChannel silent = SocketChannel.open().bind(anyPort()); SocketChannel client = SocketChannel.open()) {
			client.configureBlocking(false);
			client.connect(silent.getLocalAddress());
			return failureToConnect(client);
		}
	}

	private static IOException failureToConnect(SocketChannel client) throws IOException {
		try (Selector selector = Selector.open()) {
			client.register(selector, OP_CONNECT);
			selector.select(PATIENCE_IN_MILLIS);
			return catchThrowableOfType(IOException.class, client::finishConnect);
		}
	}

	private static void reset(SocketChannel accepted) throws IOException {
		accepted.setOption(StandardSocketOptions.SO_LINGER, 0);
		accepted.close();
	}

	private static InetSocketAddress anyPort() {
		return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
	}

}
