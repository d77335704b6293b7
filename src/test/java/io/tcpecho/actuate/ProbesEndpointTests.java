package io.tcpecho.actuate;

import java.io.IOException;
import java.time.Duration;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.FreePort;
import io.tcpecho.testing.Management.Answer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code /actuator/probes}, and the matrix of replicas that ask each other's labs.
 */
class ProbesEndpointTests {

	@Test
	void whenNothingIsConfiguredThereIsNoTarget() {
		try (EchoServer server = EchoServer.framing("eof")
			.management()
			.property("tcp-echo.management.unprotected", "true")
			.start()) {
			assertThat(server.management().get("/probes").json().at("/targets")).isEmpty();
			JsonNode matrix = server.management().get("/probes/matrix").json();
			assertThat(matrix.at("/complete").asBoolean()).isTrue();
			assertThat(matrix.at("/cells")).isEmpty();
			Answer unknown = server.management().get("/probes/nix");
			assertThat(unknown.status()).isEqualTo(404);
			assertThat(unknown.text("/detail")).isEqualTo("No target on a schedule has the name 'nix'");
		}
	}

	@Test
	void whenReplicasWatchEachOtherEachShowsWhatAllOfThemSee() throws IOException {
		int port = FreePort.next();
		int lab = FreePort.next();
		try (EchoServer one = replica("one", "127.0.0.2", "127.0.0.3", port, lab)) {
			try (EchoServer other = replica("other", "127.0.0.3", "127.0.0.2", port, lab)) {
				assertThat(other.port()).isEqualTo(one.port());
				bothSeeEachOther(one, port);
			}
			await().untilAsserted(() -> {
				JsonNode matrix = one.management().get("/probes/matrix").json();
				assertThat(matrix.at("/complete").asBoolean()).isFalse();
				assertThat(matrix.at("/missing/0/peer").asString()).isEqualTo("127.0.0.3:" + lab);
				assertThat(matrix.at("/missing/0/reason").asString()).isEqualTo("refused");
			});
		}
	}

	private static void bothSeeEachOther(EchoServer one, int port) throws IOException {
		await().untilAsserted(() -> {
			JsonNode row = one.management().get("/probes/mesh").json().at("/rows/0");
			assertThat(row.at("/verdict").asString("")).isEqualTo("OK");
		});
		JsonNode target = one.management().get("/probes").json().at("/targets/0");
		assertThat(target.at("/rows/0/peer").asString()).isEqualTo("127.0.0.3:" + port);
		await().untilAsserted(() -> {
			JsonNode matrix = one.management().get("/probes/matrix").json();
			assertThat(matrix.at("/missing")).isEmpty();
			assertThat(matrix.at("/replica").asString()).isEqualTo("one");
			assertThat(matrix.at("/replicas")).extracting((replica) -> replica.at("/name").asString())
				.containsExactly("one", "other");
			assertThat(matrix.at("/cells"))
				.extracting((cell) -> cell.at("/from").asString() + " " + cell.at("/to").asString() + " "
						+ cell.at("/verdict").asString(""))
				.containsExactlyInAnyOrder("one other OK", "other 127.0.0.2 OK");
		});
		shapeIs("probes.json", one.management().get("/probes").json());
		shapeIs("matrix.json", one.management().get("/probes/matrix").json());
	}

	private static EchoServer replica(String name, String address, String other, int port, int lab) {
		return EchoServer.framing("eof")
			.management()
			.listener("port", port)
			.listener("address", address)
			.property("tcp-echo.listeners.lab.enabled", "true")
			.property("tcp-echo.listeners.lab.port", String.valueOf(lab))
			.property("tcp-echo.listeners.lab.address", address)
			.property("tcp-echo.identity.pod", name)
			.property("tcp-echo.management.unprotected", "true")
			.property("tcp-echo.monitor.targets.mesh.target", "dns:" + other + ":" + port)
			.property("tcp-echo.monitor.targets.mesh.interval", "200ms")
			.property("tcp-echo.monitor.targets.mesh.timeout", "200ms")
			.property("tcp-echo.monitor.targets.mesh.lab-port", String.valueOf(lab))
			.start();
	}

	/** Assert that every member of an answer is in the sample that others rely on. */
	private static void shapeIs(String sample, JsonNode answer) throws IOException {
		JsonNode expected = JsonMapper.shared()
			.readTree(new ClassPathResource("monitor/" + sample).getContentAsByteArray());
		assertThat(new TreeSet<>(paths("", expected).toList())).containsAll(paths("", answer).toList());
	}

	private static Stream<String> paths(String at, JsonNode node) {
		if (node.isArray()) {
			return node.valueStream().flatMap((element) -> paths(at + "[]", element));
		}
		return node.isObject()
				? node.propertyStream().flatMap((member) -> paths(at + "." + member.getKey(), member.getValue()))
				: Stream.of(at);
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(50));
	}

}
