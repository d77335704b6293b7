package io.tcpecho.cli;

import io.tcpecho.testing.Commands;
import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.NetworkNamespace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code path} finds on a path with one known limit, from this machine through a
 * router to a server, each in a network namespace. Needs root, iproute2, nftables and
 * conntrack in the kernel.
 */
@Tag("reliability")
class PathIT {

	private static final String CONNTRACK = "net.netfilter.nf_conntrack_tcp_";

	private NetworkNamespace router;

	private NetworkNamespace server;

	private EchoProcess process;

	@BeforeEach
	void build() {
		Commands.require("nft", "nftables");
		this.router = NetworkNamespace.connected();
		this.server = NetworkNamespace.behindRouter(this.router);
		this.process = EchoProcess.configure()
			.inside(this.server)
			.withoutManagement()
			.listener("lab", "enabled", true)
			.listener("lab", "port", 0)
			.listener("lab", "address", this.server.address())
			.start()
			.awaitStarted();
	}

	@AfterEach
	void remove() {
		if (this.process != null) {
			this.process.close();
		}
		if (this.server != null) {
			this.server.close();
		}
		if (this.router != null) {
			this.router.close();
		}
	}

	@Test
	void whenThePathIsGoodNothingIsFound() {
		Invocation path = path("lab", "all --max-idle 6s --max-half-close 4s");
		assertThat(path.out().lines()).hasSize(9).allSatisfy((line) -> assertThat(line).contains(": NO_LIMIT_FOUND: "));
		assertThat(path.exitCode()).isZero();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whenLargePacketsDisappearTheSizeIsFoundToTheByteInThatDirection(boolean toServer) {
		narrow(toServer);
		Invocation path = path("lab", "mtu");
		assertThat(path.out())
			.isEqualTo("mtu, client to server: " + result(toServer) + "mtu, server to client: " + result(!toServer));
		assertThat(path.exitCode()).isOne();
	}

	@Test
	void whenTheFarEndIsAPlainEchoTheSizeIsFoundWithoutADirection() {
		narrow(true);
		assertThat(path("eof", "mtu").out()).isEqualTo("mtu, both directions: " + result(true));
	}

	private static String result(boolean narrow) {
		return (narrow ? "LIMIT_FOUND: 1,348 bytes pass, 1,349 hang: path MTU 1,400 (52 bytes of headers)"
				: "NO_LIMIT_FOUND: no limit up to 65,536 bytes") + "\n";
	}

	/** Let the router drop what is larger than 1,400 bytes without a word. */
	private void narrow(boolean toServer) {
		rule("output", "icmp type destination-unreachable drop");
		this.router.run("ip", "route", "add", (toServer ? this.server.address() : this.router.outerAddress()) + "/32",
				"dev", toServer ? this.server.outerDevice() : this.router.device(), "mtu", "lock", "1400");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whenANatForgetsSilentConnectionsTheirTimeIsFound(boolean reset) {
		translate();
		this.router.run("sysctl", "-q", "-w", CONNTRACK + "timeout_established=4", CONNTRACK + "loose=0");
		if (!reset) {
			rule("forward", "ct state invalid drop");
		}
		JsonNode finding = json(path("lab", "idle --max-idle 12s --json"));
		assertThat(finding.at("/result").asString()).isEqualTo("LIMIT_FOUND");
		assertThat(finding.at("/text").asString()).endsWith(reset ? ": RST at once" : ": no answer");
		assertBounds(finding, 4_000);
	}

	@Test
	void whenTheServerBreaksTheSilenceAfterANatHasForgottenItItsBytesAreLost() {
		translate();
		this.router.run("sysctl", "-q", "-w", CONNTRACK + "timeout_established=4", CONNTRACK + "loose=0");
		JsonNode finding = json(path("lab", "idle --first server --max-idle 12s --json"));
		assertThat(finding.at("/result").asString()).isEqualTo("LIMIT_FOUND");
		assertThat(finding.at("/text").asString()).endsWith(": no answer");
		assertBounds(finding, 4_000);
	}

	@Test
	void whenKeepalivesAreMoreFrequentThanANatForgetsThereIsNoLimit() {
		translate();
		this.router.run("sysctl", "-q", "-w", CONNTRACK + "timeout_established=4", CONNTRACK + "loose=0");
		assertThat(path("lab", "idle --keepalive 1s --max-idle 10s").out())
			.isEqualTo("idle, keepalive 1 s: NO_LIMIT_FOUND: no limit up to 10 s\n");
	}

	@Test
	void whenANatForgetsHalfClosedConnectionsTheirTimeIsFound() {
		translate();
		this.router.run("sysctl", "-q", "-w", CONNTRACK + "timeout_close_wait=3", CONNTRACK + "loose=0");
		JsonNode finding = json(path("lab", "half-close --max-half-close 12s --json"));
		assertThat(finding.at("/result").asString()).isEqualTo("LIMIT_FOUND");
		assertThat(finding.at("/text").asString()).endsWith(": no answer");
		assertBounds(finding, 3_000);
	}

	/** Assert that the limit is between what went well and what did not, within 10 %. */
	private static void assertBounds(JsonNode finding, long limit) {
		long good = finding.at("/good").asLong();
		long bad = finding.at("/bad").asLong();
		assertThat((good + bad) / 2).as(finding.toString()).isBetween(limit * 9 / 10, limit * 11 / 10);
		assertThat(bad - good).as(finding.toString()).isLessThanOrEqualTo(limit / 8);
	}

	@Test
	void whenTheServerEndsSilentConnectionsAPlainEchoCannotTell() {
		EchoProcess quick = EchoProcess.configure()
			.inside(this.server)
			.withoutManagement()
			.listener("eof", "timeouts.idle", "3s")
			.start()
			.awaitStarted();
		try (quick) {
			Invocation path = Invocation
				.of("path " + this.server.address() + ":" + quick.port("eof") + " idle --max-idle 6s");
			assertThat(path.out()).startsWith("idle: NOT_MEASURABLE: the connection is ended by RST after 3.")
				.contains("a lab has none");
			assertThat(path.exitCode()).isOne();
		}
	}

	private void translate() {
		this.router.run("nft", "add", "table", "ip", "translated");
		this.router.run("nft", "add", "chain", "ip", "translated", "out",
				"{ type nat hook postrouting priority srcnat; }");
		this.router.run("nft", "add", "rule", "ip", "translated", "out", "oifname", this.server.outerDevice(),
				"masquerade");
	}

	private void rule(String hook, String rule) {
		this.router.run("nft", "add", "table", "ip", "filtered");
		this.router.run("nft", "add", "chain", "ip", "filtered", hook, "{ type filter hook " + hook + " priority 0; }");
		this.router.run("sh", "-c", "nft add rule ip filtered " + hook + " " + rule);
	}

	private Invocation path(String listener, String arguments) {
		return Invocation.of("path " + this.server.address() + ":" + this.process.port(listener) + " " + arguments);
	}

	private static JsonNode json(Invocation path) {
		return JsonMapper.shared().readTree(path.out());
	}

}
