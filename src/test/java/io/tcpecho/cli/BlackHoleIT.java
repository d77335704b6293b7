package io.tcpecho.cli;

import io.tcpecho.testing.Commands;
import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.NetworkNamespace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code probe} says about a path that drops large packets without a word, in either
 * direction. Needs root, iproute2 and nftables.
 */
class BlackHoleIT {

	private static final String SIZES = " --count 1 --interval 0 --timeout 3s --size 64B,1KB,2KB,64KB";

	private NetworkNamespace network;

	@BeforeEach
	void build() {
		Commands.require("nft", "nftables");
		this.network = NetworkNamespace.connected();
		this.network.run("nft", "add", "table", "ip", "narrow");
	}

	@AfterEach
	void remove() {
		if (this.network != null) {
			this.network.close();
		}
	}

	private void drop(String hook) {
		this.network.run("nft", "add", "chain", "ip", "narrow", hook, "{ type filter hook " + hook + " priority 0; }");
		this.network.run("nft", "add", "rule", "ip", "narrow", hook, "meta", "length", ">", "1300", "drop");
	}

	@ParameterizedTest
	@ValueSource(strings = { "eof", "line" })
	void whenLargePacketsToTheServerAreDroppedThePathMtuIsNamed(String framing) {
		drop("input");
		try (EchoProcess server = server()) {
			assertThat(probe(server, framing, SIZES).out())
				.contains("NO_REPLY: Large packets are dropped and no ICMP message tells the sender",
						"; towards the server ")
				.doesNotContain("does not pass our FIN on");
		}
	}

	@Test
	void whenLargePacketsOfTheReplyAreDroppedTheDirectionIsNamed() {
		drop("output");
		try (EchoProcess server = server()) {
			assertThat(probe(server, "eof", SIZES).out())
				.contains("NO_REPLY: Large packets are dropped and no ICMP message tells the sender",
						"; the message was acknowledged, so the reply is lost")
				.doesNotContain("does not pass our FIN on");
		}
	}

	@Test
	void whenALargerMessageHangsDiagnosisLooksForTheSize() {
		drop("input");
		try (EchoProcess server = server()) {
			assertThat(probe(server, "eof", " --diagnose --budget 12s").out())
				.contains("\nLikeliest cause: Large packets are dropped", "messages up to 1200 bytes are OK");
		}
	}

	private EchoProcess server() {
		return EchoProcess.configure()
			.inside(this.network)
			.withoutManagement()
			.listener("eof", "max-message-size", "1MB")
			.listener("line", "enabled", true)
			.listener("line", "port", 0)
			.listener("line", "address", this.network.address())
			.listener("line", "max-message-size", "1MB")
			.start()
			.awaitStarted();
	}

	private Invocation probe(EchoProcess server, String framing, String options) {
		return Invocation
			.of("probe " + this.network.address() + ":" + server.port(framing) + " --framing " + framing + options);
	}

}
