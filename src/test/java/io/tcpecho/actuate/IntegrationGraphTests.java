package io.tcpecho.actuate;

import java.util.List;
import java.util.stream.StreamSupport;

import io.tcpecho.testing.EchoServer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The way of a message as {@code /actuator/integrationgraph} shows it.
 */
class IntegrationGraphTests {

	@Test
	void aMessageGoesFromTheGatewayThroughOneChannelToTheEcho() {
		try (EchoServer server = EchoServer.framing("eof").management().start()) {
			JsonNode graph = server.management().get("/integrationgraph").json();
			assertThat(names(graph)).filteredOn((name) -> name.startsWith("echo."))
				.containsExactlyInAnyOrder("echo.gateway", "echo.requests", "echo.echo");
			assertThat(names(graph)).allMatch((name) -> !name.contains("#"), "has a name that somebody chose");
			assertThat(next(graph, "echo.gateway")).contains("echo.requests");
			assertThat(next(graph, "echo.requests")).containsExactly("echo.echo");
		}
	}

	private static List<String> names(JsonNode graph) {
		return StreamSupport.stream(graph.at("/nodes").spliterator(), false)
			.map((node) -> node.at("/name").asString())
			.toList();
	}

	private static List<String> next(JsonNode graph, String name) {
		return StreamSupport.stream(graph.at("/links").spliterator(), false)
			.filter((link) -> name(graph, link.at("/from").asInt()).equals(name))
			.map((link) -> name(graph, link.at("/to").asInt()))
			.toList();
	}

	private static String name(JsonNode graph, int nodeId) {
		return StreamSupport.stream(graph.at("/nodes").spliterator(), false)
			.filter((node) -> node.at("/nodeId").asInt() == nodeId)
			.map((node) -> node.at("/name").asString())
			.findFirst()
			.orElseThrow();
	}

}
