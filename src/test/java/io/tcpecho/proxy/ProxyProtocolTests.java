package io.tcpecho.proxy;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import io.tcpecho.connection.Outcome;
import io.tcpecho.connection.ProxyDetails;
import io.tcpecho.gateway.ConnectionHeader;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.EchoServerBuilder;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.integration.channel.AbstractMessageChannel;
import org.springframework.integration.ip.IpHeaders;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.support.ChannelInterceptor;

import static io.tcpecho.proxy.HeaderBytes.join;
import static io.tcpecho.proxy.HeaderBytes.text;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A listener of the application that requires a PROXY header: what operators and services
 * learn of the client.
 */
@ExtendWith(OutputCaptureExtension.class)
class ProxyProtocolTests {

	private static final String CLIENT = "PROXY TCP4 192.0.2.9 203.0.113.7 5353 443\r\n";

	@Test
	void anOpenConnectionShowsItsPeerItsClientAndTheHeader() {
		try (EchoServer server = required("line").management().start(); Peer peer = Peer.connect(server.port())) {
			peer.send(join(HeaderBytes.withAdditions(), text("hello\n"))).read(6);
			JsonNode connection = server.management().get("/connections").json().at("/connections/0");
			assertThat(connection.at("/peer").asString()).startsWith("127.0.0.1:");
			assertThat(connection.at("/client").asString()).isEqualTo("[2001:db8:0:0:0:0:0:9]:5353");
			JsonNode proxy = connection.at("/proxy");
			assertThat(proxy.at("/version").asInt()).isEqualTo(2);
			assertThat(proxy.at("/command").asString()).isEqualTo("PROXY");
			assertThat(proxy.at("/destination").asString()).isEqualTo("[2001:db8:0:1:2:3:4:5]:443");
			assertThat(proxy.at("/authority").asString()).isEqualTo("b\u00fccher.example");
			assertThat(proxy.at("/ssl/version").asString()).isEqualTo("TLSv1.3");
			assertThat(proxy.at("/ssl/verified").asBoolean()).isTrue();
			assertThat(proxy.at("/aws/vpceId").asString()).isEqualTo("vpce-0123");
			assertThat(server.management().get("/connections?peer=%5B2001:db8").json().at("/open").asInt()).isOne();
			assertThat(server.management().get("/connections?peer=192.0.2").json().at("/open").asInt()).isZero();
		}
	}

	@Test
	void withoutAHeaderNothingOfItIsShown() {
		try (EchoServer server = EchoServer.framing("line").management().start();
				Peer peer = Peer.connect(server.port())) {
			peer.send("hello\n").read(6);
			assertThat(server.management().get("/connections").body()).doesNotContain("client", "proxy");
		}
	}

	@Test
	void theAccessLogNamesTheClientOrTheReasonOfARefusal(CapturedOutput output) {
		try (EchoServer server = required("eof").property("logging.level.tcpecho.access", "info").start()) {
			Peer.exchange(server.port(), text(CLIENT + "hello"));
			try (Peer peer = Peer.connect(server.port())) {
				assertThat(peer.trySend(text("hello")).readToEnd().end()).isEqualTo(End.RST);
			}
			server.awaitOutcomes(Outcome.PROXY_REFUSED, 1);
			server.awaitQuiet();
			assertThat(output.getOut().lines().filter((line) -> line.contains("tcpecho.access"))).satisfiesExactly(
					(line) -> assertThat(line).matches(
							".*: echo-1 from 127\\.0\\.0\\.1:\\d+ for 192\\.0\\.2\\.9:5353: replied \\(FIN\\), .*"),
					(line) -> assertThat(line).matches(
							".*: echo-2 from 127\\.0\\.0\\.1:\\d+ \\(PROXY header missing\\): proxy-refused \\(RST\\), .*"));
			assertThat(output).doesNotContain("ERROR");
		}
	}

	@Test
	void inStructuredLogsTheClientIsAField(CapturedOutput output) {
		try (EchoServer server = required("eof").property("logging.structured.format.console", "ecs")
			.property("logging.level.tcpecho.access", "info")
			.start()) {
			Peer.exchange(server.port(), text(CLIENT + "hello"));
			server.awaitQuiet();
			JsonNode json = JsonMapper.shared()
				.readTree(output.getOut()
					.lines()
					.filter((line) -> line.contains("tcpecho.access"))
					.findFirst()
					.orElseThrow());
			assertThat(json.at("/client").asString()).isEqualTo("192.0.2.9:5353");
			assertThat(json.at("/proxyVersion").asInt()).isOne();
			assertThat(json.at("/proxyCommand").asString()).isEqualTo("PROXY");
		}
	}

	@Test
	void refusalsAreCountedByTheirReason() {
		try (EchoServer server = required("eof").management().start()) {
			assertThat(Peer.exchange(server.port(), text("PROXY TCP4"))).isEqualTo(new Reply(new byte[0], End.RST));
			server.awaitOutcomes(Outcome.PROXY_REFUSED, 1);
			assertThat(server.management().get("/prometheus").body()).contains(
					"tcp_echo_proxy_refused_total{listener=\"echo\",reason=\"invalid\"} 1.0",
					"tcp_echo_proxy_refused_total{listener=\"echo\",reason=\"untrusted\"} 0.0",
					"tcp_echo_connections_closed_total{listener=\"echo\",outcome=\"proxy-refused\"} 1.0");
		}
		try (EchoServer server = EchoServer.framing("eof").management().start()) {
			assertThat(server.management().get("/prometheus").body()).doesNotContain("tcp_echo_proxy_refused");
		}
	}

	@Test
	void messagesHaveTheClientAndTheHeaderAmongTheirHeaders() {
		try (EchoServer server = required("line").start(); Peer peer = Peer.connect(server.port())) {
			AtomicReference<Message<?>> request = new AtomicReference<>();
			server.context()
				.getBean("echo.requests", AbstractMessageChannel.class)
				.addInterceptor(new ChannelInterceptor() {

					@Override
					public Message<?> preSend(Message<?> message, MessageChannel channel) {
						request.set(message);
						return message;
					}

				});
			peer.send(CLIENT + "hello\n").read(6);
			Map<String, Object> headers = request.get().getHeaders();
			assertThat(headers).containsEntry(ConnectionHeader.CLIENT, "192.0.2.9:5353")
				.containsEntry(IpHeaders.IP_ADDRESS, "127.0.0.1");
			assertThat(headers.get(ConnectionHeader.PROXY)).isInstanceOfSatisfying(ProxyDetails.class,
					(proxy) -> assertThat(proxy.destination()).isEqualTo("203.0.113.7:443"));
		}
	}

	@Test
	void onlyTheRangesInFromAreTrusted() {
		try (EchoServer server = required("eof").listener("proxy-protocol.from", "127.0.0.2, ::1/128")
			.listener("proxy-protocol.others", "direct")
			.start()) {
			assertThat(Peer.exchange(server.port(), text("hello")).text()).isEqualTo("hello");
			try (Peer peer = Peer.connectFrom("127.0.0.2", server.port())) {
				assertThat(peer.send(CLIENT + "hello").halfClose().readToEnd().text()).isEqualTo("hello");
			}
		}
	}

	private static EchoServerBuilder required(String framing) {
		return EchoServer.framing(framing).listener("proxy-protocol.mode", "required");
	}

}
