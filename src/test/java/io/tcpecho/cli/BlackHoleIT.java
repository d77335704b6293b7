package io.tcpecho.cli;

import java.util.List;

import io.tcpecho.testing.Commands;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.NetworkNamespace;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code probe} says about a path that drops large packets without a word, in either
 * direction. Needs root, iproute2 and nftables.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BlackHoleIT {

	private static final String SIZES = " --count 1 --interval 0 --timeout 3s --size 64B,1KB,2KB,64KB";

	private NetworkNamespace network;

	/** Started once: a test changes the network alone. */
	private EchoProcess server;

	@BeforeAll
	void start() {
		Commands.require("nft", "nftables");
		this.network = NetworkNamespace.connected();
		this.server = EchoProcess.configure()
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

	@AfterAll
	void stop() {
		if (this.server != null) {
			this.server.close();
		}
		if (this.network != null) {
			this.network.close();
		}
	}

	@BeforeEach
	void addTable() {
		this.network.run("nft", "add", "table", "ip", "narrow");
	}

	@AfterEach
	void dropNothing() {
		this.network.run("nft", "delete", "table", "ip", "narrow");
	}

	private void drop(String hook) {
		this.network.run("nft", "add", "chain", "ip", "narrow", hook, "{ type filter hook " + hook + " priority 0; }");
		this.network.run("nft", "add", "rule", "ip", "narrow", hook, "meta", "length", ">", "1300", "drop");
	}

	@Test
	void whenLargePacketsToTheServerAreDroppedThePathMtuIsNamed() {
		drop("input");
		List<String> framings = List.of("eof", "line");
		// At the same time, since a probe mostly waits for its timeout.
		Crowd.run(framings.size(), framings.size(),
				(number) -> assertThat(probe(framings.get(number), SIZES).out())
					.contains("NO_REPLY: Large packets are dropped and no ICMP message tells the sender",
							"; towards the server ")
					.doesNotContain("does not pass our FIN on"));
	}

	@Test
	void whenLargePacketsOfTheReplyAreDroppedTheDirectionIsNamed() {
		drop("output");
		assertThat(probe("eof", SIZES).out())
			.contains("NO_REPLY: Large packets are dropped and no ICMP message tells the sender",
					"; the message was acknowledged, so the reply is lost")
			.doesNotContain("does not pass our FIN on");
	}

	@Test
	void whenALargerMessageHangsDiagnosisLooksForTheSize() {
		drop("input");
		assertThat(probe("eof", " --diagnose --budget 12s").out())
			.contains("\nLikeliest cause: Large packets are dropped", "messages up to 1200 bytes are OK");
	}

	private Invocation probe(String framing, String options) {
		return Invocation.of("probe " + this.network.address() + ":" + this.server.port(framing) + " --framing "
				+ framing + options);
	}

}
