package io.tcpecho.client;

import java.time.Duration;

import io.tcpecho.testing.EchoServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.integration.autoconfigure.IntegrationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.ip.tcp.outbound.TcpOutboundGateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.throwable;

/**
 * The auto-configuration of the client in an application that has the library.
 */
class EchoClientAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(IntegrationAutoConfiguration.class, EchoClientAutoConfiguration.class));

	@Test
	void whenAnApplicationEnablesAutoConfigurationThisOneIsAmongThem() {
		assertThat(ImportCandidates.load(AutoConfiguration.class, null))
			.contains(EchoClientAutoConfiguration.class.getName());
	}

	@Test
	void whenKeysNameTheServerTheBeanIsItsClient() {
		try (EchoServer server = EchoServer.framing("line").start()) {
			this.runner
				.withPropertyValues("tcp-echo.client.port=" + server.port(), "tcp-echo.client.framing=line",
						"tcp-echo.client.host=127.0.0.1")
				.run((context) -> assertThat(context.getBean(EchoClient.class).echo(new byte[] { 1 }))
					.containsExactly(1));
			server.awaitServiceCalls(1);
		}
	}

	@Test
	void whenTheApplicationHasAClientOfItsOwnThereIsNoOther() {
		this.runner.withUserConfiguration(ClientOfItsOwn.class)
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(EchoClient.class).hasBean("mine"));
	}

	@Test
	void whenTheClientIsNotWantedOthersCanBeMadeAllTheSame() {
		this.runner.withPropertyValues("tcp-echo.client.enabled=false", "tcp-echo.client.port=0")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(EchoClient.class)
				.hasSingleBean(EchoClients.class));
	}

	@Test
	void whenTheGatewayOfSpringIntegrationIsMissingThereIsNoClient() {
		this.runner.withClassLoader(new FilteredClassLoader(TcpOutboundGateway.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(EchoClient.class)
				.doesNotHaveBean(EchoClients.class));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			port             | 0           | 0           | must be between 1 and 65535
			port             | 65536       | 65536       | must be between 1 and 65535
			framing          | stream      | stream      | must be another, because stream has no messages
			max-message-size | 0B          | 0B          | must be between 1B and 2147483639B
			max-message-size | 2147483640B | 2147483640B | must be between 1B and 2147483639B
			connect-timeout  | 0s          | 0s          | must be between 1ms and 365d
			exchange-timeout | 366d        | 31622400s   | must be between 1ms and 365d
			""")
	void whenAValueIsOutOfItsLimitsTheStartNamesIt(String key, String value, String shown, String limit) {
		this.runner.withPropertyValues("tcp-echo.client." + key + "=" + value)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.asInstanceOf(throwable(InvalidConfigurationPropertyValueException.class))
				.satisfies((failure) -> {
					assertThat(failure.getName()).isEqualTo("tcp-echo.client." + key);
					assertThat(failure.getValue()).isEqualTo(shown);
					assertThat(failure.getReason()).isEqualTo(limit);
				}));
	}

	@ParameterizedTest
	@CsvSource({ "port, 1", "port, 65535", "max-message-size, 1B", "connect-timeout, 1ms", "exchange-timeout, 365d" })
	void whenAValueIsAtItsLimitItIsTaken(String key, String value) {
		this.runner.withPropertyValues("tcp-echo.client." + key + "=" + value)
			.run((context) -> assertThat(context).hasSingleBean(EchoClient.class));
	}

	@Configuration(proxyBeanMethods = false)
	static class ClientOfItsOwn {

		@Bean
		EchoClient mine(EchoClients clients) {
			return clients.open("mine", EchoClientProperties.of("localhost", 7, "line", 100, Duration.ofSeconds(1)));
		}

	}

}
