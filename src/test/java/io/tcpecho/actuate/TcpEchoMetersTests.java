package io.tcpecho.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.tcpecho.cli.CommandLineInterface;
import io.tcpecho.connection.Outcome;
import io.tcpecho.server.ListenerState;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.FreePort;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.TestCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.assertj.core.api.Assertions.within;

/**
 * The meters, and what docs/metrics.md says of them. Each test reads the same server,
 * after the same few connections.
 */
@TestInstance(Lifecycle.PER_CLASS)
class TcpEchoMetersTests {

	private static final Pattern ROW = Pattern
		.compile("(?m)^\\| `(tcp\\.echo\\.[a-z.]+)` \\| ([a-z]+)[^|]*\\| ([^|]*)\\|");

	private static final Pattern TAG = Pattern.compile("`([a-z]+)`");

	private final EchoServer server = EchoServer.framing("line")
		.listener("port", FreePort.next())
		.listener("max-connections", 9)
		.property("tcp-echo.faults.enabled", "true")
		.management()
		.start();

	private final MeterRegistry registry = this.server.context().getBean(MeterRegistry.class);

	@BeforeAll
	void exchange() {
		try (Peer peer = Peer.connect(this.server.port())) {
			peer.send("hello\n").read(6);
			assertThat(peer.send("you\nall\n").halfClose().readToEnd().end()).isEqualTo(End.FIN);
		}
		try (Peer peer = Peer.connect(this.server.port())) {
			assertThat(peer.send("half").halfClose().readToEnd().end()).isEqualTo(End.RST);
		}
		this.server.awaitQuiet();
	}

	@AfterAll
	void stop() {
		this.server.close();
	}

	@Test
	void theDocumentationListsEveryMeterWithItsKindAndTags(@TempDir Path directory) throws IOException {
		Map<String, String> documented = new TreeMap<>();
		ROW.matcher(Files.readString(Path.of("docs/metrics.md"))).results().forEach((row) -> {
			String tags = TAG.matcher(row.group(3))
				.results()
				.map((tag) -> tag.group(1))
				.sorted()
				.collect(Collectors.joining(","));
			documented.put(row.group(1), row.group(2) + " " + tags);
		});
		// Some meters are only there with TLS, with a PROXY header, with faults or with
		// targets of the monitor.
		TestCertificate authority = TestCertificate.authority("lab");
		TestCertificate certificate = authority.issue("CN=echo", "DNS:localhost");
		String bundle = "spring.ssl.bundle.pem.echo.";
		String chain = certificate.writeChain(directory.resolve("tls.crt")).toUri().toString();
		String key = certificate.writeKey(directory.resolve("tls.key")).toUri().toString();
		Path trusted = authority.writeChain(directory.resolve("ca.crt"));
		try (EchoServer probed = EchoServer.framing("eof")
			.listener("tls.bundle", "echo")
			.property(bundle + "keystore.certificate", chain)
			.property(bundle + "keystore.private-key", key)
			.start();
				EchoServer all = EchoServer.framing("line")
					.listener("proxy-protocol.mode", "required")
					.listener("tls.bundle", "echo")
					.property(bundle + "keystore.certificate", chain)
					.property(bundle + "keystore.private-key", key)
					.property(bundle + "truststore.certificate", trusted.toUri().toString())
					.property("tcp-echo.faults.enabled", "true")
					.property("tcp-echo.monitor.targets.path.target", "localhost:" + probed.port())
					.property("tcp-echo.monitor.targets.path.interval", "1s")
					.property("tcp-echo.monitor.targets.path.timeout", "1s")
					.property("tcp-echo.monitor.targets.path.tls.bundle", "echo")
					.management()
					.start()) {
			assertThat(CommandLineInterface.run(System.out, System.err, "probe", "localhost:" + all.port(),
					"--framing=line", "--proxy=v2", "--tls", "--ca=" + trusted))
				.isZero();
			MeterRegistry registry = all.context().getBean(MeterRegistry.class);
			assertThat(documented).isNotEmpty();
			await().atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(documented).isEqualTo(registered(registry)));
		}
	}

	/** Return the meters of tcp-echo: their kind and their tags by their name. */
	private static Map<String, String> registered(MeterRegistry registry) {
		Map<String, String> registered = new TreeMap<>();
		for (Meter meter : registry.getMeters()) {
			if (meter.getId().getName().startsWith("tcp.echo.")) {
				String tags = meter.getId()
					.getTags()
					.stream()
					.map(Tag::getKey)
					.sorted()
					.collect(Collectors.joining(","));
				registered.put(meter.getId().getName(), kind(meter.getId().getType()) + " " + tags);
			}
		}
		return registered;
	}

	@Test
	void connectionsAreCountedByOutcome() {
		assertThat(value("tcp.echo.connections.accepted")).isEqualTo(2);
		assertThat(value("tcp.echo.connections.closed", "outcome", "closed-by-peer")).isEqualTo(2);
		assertThat(Arrays.stream(Outcome.values())
			.mapToDouble((outcome) -> value("tcp.echo.connections.closed", "outcome", outcome.toString()))
			.sum()).isEqualTo(2);
	}

	@Test
	void gaugesAreBackAtZero() {
		assertThat(value("tcp.echo.connections.open")).isZero();
		assertThat(value("tcp.echo.connections.max")).isEqualTo(9);
		assertThat(this.registry.get("tcp.echo.buffered").gauge().value()).isZero();
	}

	@Test
	void theStateOfAListenerIsOneOfItsGauges() {
		for (ListenerState state : ListenerState.values()) {
			assertThat(value("tcp.echo.listener.state", "state", state.name().toLowerCase(Locale.ROOT)))
				.as(state.name())
				.isEqualTo((state == ListenerState.LISTENING) ? 1 : 0);
		}
		this.server.listener().pause();
		try {
			assertThat(value("tcp.echo.listener.state", "state", "listening")).isZero();
			assertThat(value("tcp.echo.listener.state", "state", "paused")).isEqualTo(1);
		}
		finally {
			this.server.listener().resume();
		}
	}

	@Test
	void bytesAndMessagesAreRecorded() {
		assertThat(value("tcp.echo.bytes", "direction", "in")).isEqualTo(18);
		assertThat(value("tcp.echo.bytes", "direction", "out")).isEqualTo(14);
		assertThat(this.registry.get("tcp.echo.message.size").summary().count()).isEqualTo(3);
		assertThat(this.registry.get("tcp.echo.message.size").summary().totalAmount()).isCloseTo(11, within(0.1));
	}

	@Test
	void connectionsAndExchangesAreTimed() {
		assertThat(this.registry.get("tcp.echo.connection.duration").timer().count()).isEqualTo(2);
		assertThat(this.registry.get("tcp.echo.exchange.duration").timer().count()).isEqualTo(3);
	}

	@Test
	void prometheusGetsThemAll() {
		String exported = this.server.management().get("/prometheus").body();
		Set<String> names = Pattern.compile("(?m)^(tcp_echo_[a-z_]+)\\{?")
			.matcher(exported)
			.results()
			.map((MatchResult match) -> match.group(1))
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(names).contains("tcp_echo_connections_open", "tcp_echo_connections_max",
				"tcp_echo_connections_accepted_total", "tcp_echo_connections_closed_total",
				"tcp_echo_connection_duration_seconds_bucket", "tcp_echo_exchange_duration_seconds_bucket",
				"tcp_echo_message_size_bytes_sum", "tcp_echo_bytes_total", "tcp_echo_buffered_bytes",
				"tcp_echo_eventloop_lag_seconds_max");
		assertThat(exported)
			.contains("tcp_echo_connections_closed_total{listener=\"echo\",outcome=\"closed-by-peer\"} 2.0");
		assertThat(List.of("127.0.0.1", "peer=", "remote")).noneMatch((word) -> lines(exported).contains(word));
	}

	private static String lines(String exported) {
		return exported.lines().filter((line) -> line.startsWith("tcp_echo")).collect(Collectors.joining("\n"));
	}

	private double value(String name, String... tags) {
		return this.registry.get(name).tags(tags).meter().measure().iterator().next().getValue();
	}

	private static String kind(Meter.Type type) {
		return switch (type) {
			case DISTRIBUTION_SUMMARY -> "summary";
			default -> type.name().toLowerCase();
		};
	}

}
