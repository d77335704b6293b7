package io.tcpecho.cli;

import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Proxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code probe --replicas} and {@code load --identify} through HAProxy before two real
 * servers.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ReplicasIT {

	private final EchoServer stable = server("echo-v1-7d9-x2k");

	private final EchoServer canary = server("echo-v2-5c4-p8m");

	@AfterAll
	void stop() {
		this.stable.close();
		this.canary.close();
	}

	@Test
	void whenTheBalancerHasWeightsTheSharesAreThose() {
		try (Proxy proxy = Proxy.haproxyBalancing("roundrobin", this.stable.port() + " weight 70",
				this.canary.port() + " weight 30")) {
			Invocation probe = probe(proxy, "--replicas --expect 70:30");
			assertThat(probe.exitCode()).as(probe.out()).isZero();
			assertThat(probe.out()).contains("\necho-v1-7d9-x2k       350   70.0 %   65.8 to 73.9 %\n",
					"\necho-v2-5c4-p8m       150   30.0 %   26.1 to 34.2 %\n");
			Invocation named = probe(proxy, "--replicas --count 100 --expect echo-v1=70:echo-v2=30 --tolerance 1");
			assertThat(named.exitCode()).as(named.out()).isZero();
		}
	}

	@Test
	void whenTheWeightsAreExchangedTheNamesTell() {
		try (Proxy proxy = Proxy.haproxyBalancing("roundrobin", this.stable.port() + " weight 30",
				this.canary.port() + " weight 70")) {
			Invocation probe = probe(proxy, "--replicas --count 100 --expect echo-v1=70:echo-v2=30");
			assertThat(probe.exitCode()).isEqualTo(ExitCode.VERDICT.number());
			assertThat(probe.out())
				.contains("\nWRONG_REPLICA: echo-v1 answered 30.0 %, and 70.0 % within 5.0 points is "
						+ "expected; echo-v2 answered 70.0 %, and 30.0 % within 5.0 points is expected.\n");
		}
	}

	@Test
	void whenTheBalancerGoesByTheSourceThereIsAffinity() {
		try (Proxy proxy = Proxy.haproxyBalancing("source", String.valueOf(this.stable.port()),
				String.valueOf(this.canary.port()))) {
			Invocation probe = probe(proxy, "--replicas --affinity --count 50");
			assertThat(probe.exitCode()).as(probe.out()).isZero();
		}
	}

	@Test
	void whenTheBalancerTakesTurnsThereIsNone() {
		try (Proxy proxy = Proxy.haproxyBalancing("roundrobin", String.valueOf(this.stable.port()),
				String.valueOf(this.canary.port()))) {
			Invocation probe = probe(proxy, "--replicas --affinity --count 4");
			assertThat(probe.exitCode()).isEqualTo(ExitCode.VERDICT.number());
			assertThat(probe.out()).contains("2 OK, 2 WRONG_REPLICA")
				.containsPattern("\nseq=2 WRONG_REPLICA .*: (echo-\\S+) answered, and (?!\\1)echo-\\S+ did before\n");
		}
	}

	@Test
	void whenALoadGoesThroughABalancerItCountsTheReplicas() {
		try (Proxy proxy = Proxy.haproxyBalancing("roundrobin", String.valueOf(this.stable.port()),
				String.valueOf(this.canary.port()))) {
			Invocation load = Invocation.of("load --identify -c 4 -d 1s -w 0 127.0.0.1:" + proxy.port());
			assertThat(load.exitCode()).as(load.out()).isZero();
			assertThat(load.out()).containsPattern("\necho-v1-7d9-x2k +\\d+ +(49|50|51)\\.\\d %")
				.containsPattern("\necho-v2-5c4-p8m +\\d+ +(49|50|51)\\.\\d %");
		}
	}

	private static Invocation probe(Proxy proxy, String options) {
		return Invocation.of("probe " + options + " 127.0.0.1:" + proxy.port());
	}

	private static EchoServer server(String pod) {
		return EchoServer.framing("eof").listener("identify", true).property("tcp-echo.identity.pod", pod).start();
	}

}
