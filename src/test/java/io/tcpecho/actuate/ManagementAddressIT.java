package io.tcpecho.actuate;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;

import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.EchoServerBuilder;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.NetworkNamespace;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Where management listens, on a machine with an address that is not of loopback. ADDRESS
 * stands for it.
 */
@Tag("reliability")
@TestInstance(Lifecycle.PER_CLASS)
class ManagementAddressIT {

	private final NetworkNamespace network = NetworkNamespace.connected();

	@AfterAll
	void remove() {
		this.network.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					server.address=ADDRESS | server.address is ADDRESS
					server.address=0.0.0.0 | server.address is 0.0.0.0
					server.address=:: | server.address is ::
					server.address=0.0.0.0 server.port=0 management.server.port=0 management.server.address=ADDRESS | management.server.address is ADDRESS
					management.server.port=0 management.server.address=0.0.0.0 | management.server.address is 0.0.0.0
					server.address=ADDRESS management.endpoints.web.base-path=/ | server.address is ADDRESS
					server.address=ADDRESS server.forward-headers-strategy=native | server.address is ADDRESS
					""")
	void unprotectedManagementElsewhereThanOnLoopbackEndsTheStart(String properties, String named) {
		assertThatThrownBy(() -> echo("tcp-echo.management.unprotected=true " + properties).start().close())
			.hasRootCauseMessage(
					"The configuration of tcp-echo is refused: tcp-echo.management.unprotected is true, and "
							+ named.replace("ADDRESS", this.network.outerAddress())
							+ ", which is not a loopback address (argument --tcp-echo.management.unprotected; argument --"
							+ named.substring(0, named.indexOf(' ')) + ")");
	}

	/** An empty address is none for Spring Boot, and loopback for Java. */
	@ParameterizedTest
	@ValueSource(strings = { "server.address=", "management.server.port=0 management.server.address=" })
	void whatIsReallyBoundCountsWhateverThePropertiesSay(String properties) {
		assertThatThrownBy(() -> echo("tcp-echo.management.unprotected=true " + properties).start().close()).rootCause()
			.message()
			.matches("The configuration of tcp-echo is refused: tcp-echo.management.unprotected is true, "
					+ "and management is bound to .*:\\d+, which is not a loopback address");
	}

	@ParameterizedTest
	@ValueSource(strings = { "management.server.port=0", "management.server.port=0 server.address=0.0.0.0",
			"management.server.port=0 spring.profiles.active=kubernetes",
			"management.server.port=0 tcp-echo.management.unprotected=true",
			"management.server.port=0 tcp-echo.management.unprotected=true server.address=ADDRESS",
			"tcp-echo.management.unprotected=true", "" })
	void withoutAnAddressManagementListensOnLoopbackOnly(String properties) throws IOException {
		try (EchoServer server = echo(properties).start()) {
			int port = managementPort(server);
			assertThat(new Management(port).get("/health").status()).isEqualTo(200);
			assertThatExceptionOfType(ConnectException.class)
				.isThrownBy(() -> new Socket(this.network.outerAddress(), port).close());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "server.address=ADDRESS", "management.server.port=0 management.server.address=ADDRESS",
			"spring.profiles.active=kubernetes" })
	void withAnAddressItListensThereAndProtectsWhatItDoesElsewhere(String properties) throws IOException {
		try (EchoServer server = echo(properties).start();
				Socket socket = new Socket(this.network.outerAddress(), managementPort(server))) {
			socket.getOutputStream()
				.write(("GET /actuator/loggers HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 127.0.0.1\r\n"
						+ "Connection: close\r\n\r\n")
					.getBytes());
			assertThat(new String(socket.getInputStream().readAllBytes())).startsWith("HTTP/1.1 403");
		}
	}

	@Test
	void variablesOfTheEnvironmentCountAsPropertiesDo() {
		try (EchoProcess process = EchoProcess.configure()
			.environment("TCPECHO_MANAGEMENT_UNPROTECTED", "true")
			.environment("MANAGEMENT_SERVER_PORT", "0")
			.environment("MANAGEMENT_SERVER_ADDRESS", "0.0.0.0")
			.start()
			.awaitOutput("APPLICATION FAILED TO START")) {
			assertThat(process.awaitExit(Duration.ofSeconds(60))).isEqualTo(1);
			assertThat(process.output())
				.contains("tcp-echo.management.unprotected is true, and management.server.address is 0.0.0.0");
		}
	}

	private EchoServerBuilder echo(String properties) {
		EchoServerBuilder builder = EchoServer.framing("eof").management();
		Arrays.stream(properties.replace("ADDRESS", this.network.outerAddress()).split(" "))
			.filter((property) -> !property.isEmpty())
			.map((property) -> property.split("=", 2))
			.forEach((property) -> builder.property(property[0], property[1]));
		return builder;
	}

	private static int managementPort(EchoServer server) {
		Environment environment = server.context().getEnvironment();
		return Integer.parseInt(environment.getRequiredProperty("local.management.port"));
	}

}
