package io.tcpecho.server;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.NetworkNamespace;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What service {@code info} of the packaged jar knows of the path, from another machine
 * whose link carries packets of 1,400 bytes. Java 22 and later can ask the kernel, which
 * takes the rights that the manifest gives; the jar as it is downloaded has them, and so
 * has the unpacked one, which the image runs.
 */
class TcpInfoIT {

	private static final int MTU = 1_400;

	/** The headers of IPv4 and TCP, and the timestamps of TCP. */
	private static final int HEADERS = 20 + 20 + 12;

	private static final int FIRST_RELEASE = 22;

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void theLineHasTheMtuAndTheRoundTripTimeWhereTheRuntimeCanAsk(boolean downloaded) throws IOException {
		try (NetworkNamespace namespace = NetworkNamespace.connected()) {
			namespace.run("ip", "link", "set", namespace.device(), "mtu", "" + MTU);
			EchoProcess.Builder builder = EchoProcess.configure()
				.inside(namespace)
				.withoutManagement()
				.listener("eof", "service", "info");
			try (EchoProcess server = (downloaded ? builder.asDownloaded() : builder).start().awaitStarted();
					Socket client = new Socket(namespace.address(), server.port("eof"))) {
				String line = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
				JsonNode tcp = JsonMapper.shared().readTree(line).at("/tcp");
				assertThat(tcp.at("/retransmits").asInt(-1)).as("by the table of sockets").isZero();
				if (Runtime.version().feature() >= FIRST_RELEASE) {
					assertThat(tcp.at("/pathMtu").asInt()).isEqualTo(MTU);
					assertThat(tcp.at("/sendMss").asInt()).isEqualTo(MTU - HEADERS);
					assertThat(tcp.at("/rttMicros").asInt()).isPositive();
					assertThat(tcp.at("/totalRetransmits").asInt(-1)).isZero();
				}
				else {
					assertThat(tcp.propertyNames()).containsExactly("unacknowledgedBytes", "retransmits");
				}
				assertThat(server.errors()).as("warnings of the runtime").isEmpty();
			}
		}
	}

}
