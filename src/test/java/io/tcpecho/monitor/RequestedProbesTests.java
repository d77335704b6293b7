package io.tcpecho.monitor;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.tcpecho.framing.Framing;
import io.tcpecho.monitor.ProbeRefusedException.Reason;
import io.tcpecho.probe.Resolver;
import io.tcpecho.probe.Verdict;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.ScriptedServer;
import io.tcpecho.testing.Waits;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Probes on request: how many at once, and names that lead elsewhere or nowhere.
 */
class RequestedProbesTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	@Test
	void whenAsManyAreUnderWayAsMayBeAnotherIsRefusedUntilOneHasEnded() throws Exception {
		ExecutorService clients = Executors.newCachedThreadPool();
		CountDownLatch end = new CountDownLatch(1);
		try (ScriptedServer silent = ScriptedServer.running((socket) -> {
			Waits.await(end);
			socket.close();
		}); Watched watched = Watched.over()) {
			RequestedProbes probes = probes(watched, LONG, InetAddress::getAllByName);
			String target = "127.0.0.1:" + silent.port();
			List<CompletableFuture<Verdict>> running = clients(clients, probes, target);
			Watched.await().until(() -> silent.accepted() == RequestedProbes.MOST_AT_ONCE);
			assertThatExceptionOfType(ProbeRefusedException.class).isThrownBy(() -> probes.make(target, null, null))
				.withMessage("16 probes on request are under way, which is the most at the same time")
				.satisfies((refused) -> assertThat(refused.reason()).isEqualTo(Reason.BUSY));
			end.countDown();
			for (CompletableFuture<Verdict> each : running) {
				assertThat(each.get(20, TimeUnit.SECONDS)).isNotEqualTo(Verdict.OK);
			}
			assertThat(probes.make(target, null, null).result().verdict()).isNotEqualTo(Verdict.OK);
		}
		finally {
			clients.shutdownNow();
		}
	}

	private static List<CompletableFuture<Verdict>> clients(ExecutorService clients, RequestedProbes probes,
			String target) {
		return Stream.generate(() -> CompletableFuture.supplyAsync(() -> {
			try {
				return probes.make(target, null, null).result().verdict();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}, clients)).limit(RequestedProbes.MOST_AT_ONCE).toList();
	}

	@Test
	void whenANameLeadsElsewhereAtItsNextLookUpTheAddressThatWasCheckedIsConnectedTo() throws Exception {
		AtomicInteger lookUps = new AtomicInteger();
		try (NioServer server = NioServer.framing(Framing.EOF).start(); Watched watched = Watched.over()) {
			RequestedProbes probes = probes(watched, LONG, (host) -> new InetAddress[] {
					InetAddress.getByName((lookUps.getAndIncrement() % 2 == 0) ? "127.0.0.1" : "10.0.0.1") });
			String target = "rebinding.test:" + server.port();
			RequestedProbe probe = probes.make(target, null, null);
			assertThat(probe.result().verdict()).isEqualTo(Verdict.OK);
			assertThat(lookUps).hasValue(1);
			assertThatExceptionOfType(ProbeRefusedException.class).isThrownBy(() -> probes.make(target, null, null))
				.withMessage(
						target + " is not allowed: 10.0.0.1 is in no range of tcp-echo.monitor.allow that may stand"
								+ " for it");
		}
	}

	@Test
	void whenALookUpHangsTheProbeEndsInTimeAndNothingWaitsForItTwice() throws Exception {
		CountDownLatch hanging = new CountDownLatch(1);
		AtomicInteger lookUps = new AtomicInteger();
		try (Watched watched = Watched.over()) {
			RequestedProbes probes = probes(watched, Duration.ofMillis(50), (host) -> {
				lookUps.incrementAndGet();
				Waits.await(hanging);
				return new InetAddress[] { InetAddress.getByName("127.0.0.1") };
			});
			for (int i = 0; i < 20; i++) {
				RequestedProbe probe = probes.make("hangs.test:7007", null, null);
				assertThat(probe.result().verdict()).isEqualTo(Verdict.DNS_FAILURE);
				assertThat(probe.result().detail()).isEqualTo("hangs.test: no answer");
				assertThat(probe.metrics()).contains("probe_ip_protocol 0\n").contains("verdict=\"DNS_FAILURE\"");
			}
			assertThat(lookUps).hasValue(1);
			hanging.countDown();
		}
	}

	private static RequestedProbes probes(Watched watched, Duration timeout, Resolver.LookUp lookUp) {
		Manner manner = Watched.target("default", "x:1", timeout, timeout).manner();
		return new RequestedProbes(watched.monitor(), Map.of(MonitorProperties.DEFAULT, manner),
				AllowList.of(List.of("127.0.0.0/8")), lookUp);
	}

}
