package io.tcpecho.proxy;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.Outcome;
import io.tcpecho.connection.ProxyDetails;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.Oracle;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import io.tcpecho.testing.Proxy;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Headers of proxies that are installed on the machine.
 */
class RealProxyTests {

	static Stream<Arguments> proxies() {
		return Stream.of(
				Arguments.of("HAProxy, version 1", 1,
						(IntFunction<Proxy>) (port) -> Proxy.haproxy(port, "default-server send-proxy")),
				Arguments.of("HAProxy, version 2", 2,
						(IntFunction<Proxy>) (port) -> Proxy.haproxy(port, "default-server send-proxy-v2")),
				Arguments.of("nginx", 1, (IntFunction<Proxy>) (port) -> Proxy.nginx(port, "proxy_protocol on;",
						"proxy_half_close on;")));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("proxies")
	void theClientOfAProxyIsNamedAndServed(String name, int version, IntFunction<Proxy> start) {
		try (NioServer server = server(); Proxy proxy = start.apply(server.port())) {
			server.awaitQuiet();
			int before = server.summaries().size();
			String client;
			try (Peer peer = Peer.connect(proxy.port())) {
				assertThat(peer.send("hello").halfClose().readToEnd())
					.isEqualTo(new Reply(HeaderBytes.text("hello"), End.FIN));
				server.awaitOutcomes(Outcome.REPLIED, 1);
			}
			server.awaitQuiet();
			ConnectionSummary served = server.summaries()
				.stream()
				.skip(before)
				.filter((summary) -> summary.outcome() == Outcome.REPLIED)
				.findFirst()
				.orElseThrow();
			ProxyDetails details = served.details().proxy();
			assertThat(details).isNotNull();
			assertThat(details.version()).isEqualTo(version);
			assertThat(details.transport()).isEqualTo("TCP4");
			client = served.details().client();
			assertThat(client).startsWith("127.0.0.1:").isNotEqualTo("127.0.0.1:" + served.peer().getPort());
			assertThat(details.destination()).isEqualTo("127.0.0.1:" + proxy.port());
		}
	}

	@Test
	void everyAdditionThatHaproxyCanMakeIsTaken() throws Exception {
		try (NioServer server = server();
				Proxy proxy = Proxy.haproxyBinding("ssl crt CERTIFICATE alpn echo", server.port(),
						"unique-id-format id-%pid", "default-server send-proxy-v2-ssl-cn proxy-v2-options "
								+ "crc32c,unique-id,authority,ssl,cert-cn,ssl-cipher,cert-sig,cert-key")) {
			assertThat(exchangeOverTls(proxy.port(), "hello")).isEqualTo("hello");
			server.awaitOutcomes(Outcome.REPLIED, 1);
			server.awaitQuiet();
			ProxyDetails details = server.summaries()
				.stream()
				.filter((summary) -> summary.outcome() == Outcome.REPLIED)
				.findFirst()
				.orElseThrow()
				.details()
				.proxy();
			assertThat(details).isNotNull();
			assertThat(details.alpn()).isEqualTo("echo");
			assertThat(details.authority()).isEqualTo("echo.example");
			assertThat(details.uniqueId()).startsWith("id-");
			ProxyDetails.Ssl ssl = details.ssl();
			assertThat(ssl).isNotNull();
			assertThat(ssl.client()).isTrue();
			assertThat(ssl.version()).isEqualTo("TLSv1.3");
			assertThat(ssl.cipher()).startsWith("TLS_");
			assertThat(ssl.signatureAlgorithm()).isEqualTo("ecdsa-with-SHA256");
			assertThat(ssl.keyAlgorithm()).isEqualTo("EC256");
			assertThat(ssl.certificate()).isFalse();
		}
	}

	private static String exchangeOverTls(int port, String message) throws Exception {
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, new TrustManager[] { new TrustAll() }, null);
		try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
			SSLParameters parameters = socket.getSSLParameters();
			parameters.setServerNames(List.of(new SNIHostName("echo.example")));
			parameters.setApplicationProtocols(new String[] { "echo" });
			socket.setSSLParameters(parameters);
			socket.setSoTimeout(10_000);
			socket.getOutputStream().write(HeaderBytes.text(message));
			socket.shutdownOutput();
			return new String(socket.getInputStream().readAllBytes());
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("checks")
	void aHealthCheckOfHaproxyIsNoError(String name, String sends, int version) {
		try (NioServer server = server()) {
			Oracle oracle = Oracle.watch(server);
			try (Proxy proxy = Proxy.haproxy(server.port(), "default-server check inter 50ms " + sends)) {
				assertThat(proxy.port()).isPositive();
				Awaitility.await()
					.until(() -> server.outcomes(Outcome.EMPTY) + server.outcomes(Outcome.RESET_BY_PEER) > 3);
			}
			oracle.settled().calls(0).ended(Outcome.PROXY_REFUSED, 0).ended(Outcome.ERROR, 0);
			assertThat(oracle.log()).doesNotContain("ERROR");
			assertThat(server.summaries().stream().map((summary) -> summary.details().proxy()))
				.anyMatch((proxied) -> proxied != null && proxied.version() == version);
		}
	}

	static Stream<Arguments> checks() {
		return Stream.of(Arguments.of("version 1", "send-proxy", 1), Arguments.of("version 2", "send-proxy-v2", 2));
	}

	private static NioServer server() {
		return NioServer.framing(Framing.EOF)
			.options((options) -> options.withLayers(List.of(new ProxyHeaderLayer(List.of(), false, 16 * 1024))))
			.start();
	}

	private static final class TrustAll implements X509TrustManager {

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String authType) {
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String authType) {
		}

		@Override
		public X509Certificate[] getAcceptedIssuers() {
			return new X509Certificate[0];
		}

	}

}
