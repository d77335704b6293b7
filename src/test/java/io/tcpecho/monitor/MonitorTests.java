package io.tcpecho.monitor;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.monitor.RowStatus.State;
import io.tcpecho.nio.ListenerOptions;
import io.tcpecho.probe.Verdict;
import io.tcpecho.testing.FreePort;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.Oracle;
import io.tcpecho.testing.Proxy;
import io.tcpecho.testing.ScriptedServer;
import io.tcpecho.testing.TestServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Targets on a schedule, over real sockets.
 */
class MonitorTests {

	private static final Duration INTERVAL = Duration.ofMillis(200);

	private static final Duration TIMEOUT = Duration.ofMillis(150);

	private static final String NAME = "mesh.test";

	@Test
	void whenNothingIsConfiguredNothingRuns() {
		try (Watched watched = Watched.over().start()) {
			assertThat(watched.monitor().isRunning()).isFalse();
			assertThat(watched.monitor().status().targets()).isEmpty();
			assertThat(TestServer.threads("tcp-echo-monitor")).isEmpty();
		}
	}

	@Test
	void whenATargetAnswersItsRowHasVerdictTimesAndPercentiles() {
		try (NioServer server = NioServer.framing(Framing.EOF).start();
				Watched watched = Watched
					.over(Watched.target("one", "127.0.0.1:" + server.port(), INTERVAL, TIMEOUT, 64, 5000))
					.start()) {
			String peer = "127.0.0.1:" + server.port();
			Watched.await().until(() -> watched.counted("one", peer, Verdict.OK) >= 25);
			RowStatus row = watched.row("one", peer);
			assertThat(row.verdict()).isEqualTo(Verdict.OK);
			assertThat(row.ok()).isEqualTo(row.exchanges()).isGreaterThanOrEqualTo(25);
			assertThat(row.last()).hasSize(20).extracting(RowStatus.Outcome::size).contains(64, 5000);
			assertThat(row.lastFailure()).isNull();
			assertThat(Objects.requireNonNull(row.totalMillis()).count()).isEqualTo((int) row.ok());
			assertThat(row.totalMillis().min()).isPositive().isLessThanOrEqualTo(row.totalMillis().p50());
			assertThat(row.totalMillis().p50()).isLessThanOrEqualTo(row.totalMillis().p99());
			assertThat(row.totalMillis().p99()).isLessThanOrEqualTo(row.totalMillis().max());
		}
	}

	@Test
	void whenOneSizeFailsTheVerdictIsThatOfTheFailureAndItsCauseIsNamed() {
		try (NioServer server = NioServer.framing(Framing.EOF).maxMessageSize(1000).start();
				Watched watched = Watched
					.over(Watched.target("one", "127.0.0.1:" + server.port(), INTERVAL, TIMEOUT, 64, 5000))
					.start()) {
			String peer = "127.0.0.1:" + server.port();
			Watched.await().until(() -> watched.row("one", peer) != null && watched.row("one", peer).exchanges() >= 6);
			RowStatus row = watched.row("one", peer);
			assertThat(row.verdict()).isNotEqualTo(Verdict.OK);
			assertThat(row.ok()).isBetween(2L, row.exchanges() - 2);
			RowStatus.Failure failure = Objects.requireNonNull(row.lastFailure());
			assertThat(failure.size()).isEqualTo(5000);
			assertThat(failure.cause()).isEqualTo("message-limit");
			assertThat(failure.sentence()).isEqualTo("The message is larger than the server or a proxy accepts.");
			assertThat(watched.counted("one", peer, failure.verdict())).isPositive();
		}
	}

	@Test
	void whenTargetsFailEachInItsWayEveryRowIsRightAndNoneDelaysAnother() throws Exception {
		int freePort = FreePort.next();
		try (NioServer server = NioServer.framing(Framing.EOF).start();
				ScriptedServer closing = ScriptedServer.running((socket) -> {
					socket.getInputStream().readAllBytes();
					socket.close();
				});
				ScriptedServer silent = ScriptedServer.running((socket) -> {
				});
				Watched watched = Watched
					.over(target("good", "127.0.0.1:" + server.port()),
							target("half-close", "127.0.0.1:" + closing.port()),
							target("killed", "127.0.0.1:" + freePort), target("silent", "127.0.0.1:" + silent.port()),
							target("nameless", Watched.HANGING + ":7007"), target("unknown", "unknown.test:7007"))
					.start()) {
			// The name that hangs does so until the end: what waited for it would never
			// get
			// so far.
			Watched.await()
				.until(() -> Stream.of("good", "half-close", "killed", "silent", "nameless", "unknown")
					.allMatch((name) -> only(watched, name).exchanges() >= 5));
			assertThat(only(watched, "good").verdict()).isEqualTo(Verdict.OK);
			assertThat(only(watched, "half-close").verdict()).isEqualTo(Verdict.REPLY_LOST);
			assertThat(only(watched, "half-close").lastFailure().cause()).isEqualTo("half-close-lost");
			assertThat(only(watched, "killed").verdict()).isEqualTo(Verdict.REFUSED);
			assertThat(only(watched, "silent").verdict()).isEqualTo(Verdict.NO_REPLY);
			assertThat(only(watched, "nameless").verdict()).isEqualTo(Verdict.DNS_FAILURE);
			assertThat(only(watched, "nameless").lastFailure().detail()).isEqualTo("hangs.test: no answer");
			assertThat(only(watched, "unknown").verdict()).isEqualTo(Verdict.DNS_FAILURE);
		}
	}

	@Test
	void whenNginxInThePathKeepsNoHalfCloseTheCauseIsNamedAndOnceItDoesTheVerdictIsOk() {
		try (NioServer server = NioServer.framing(Framing.EOF).start();
				Proxy closing = Proxy.nginx(server.port());
				Proxy keeping = Proxy.nginx(server.port(), "proxy_half_close on;");
				Watched watched = Watched
					.over(target("off", "127.0.0.1:" + closing.port()), target("on", "127.0.0.1:" + keeping.port()))
					.start()) {
			Watched.await().until(() -> only(watched, "off").exchanges() >= 2 && only(watched, "on").ok() >= 2);
			assertThat(only(watched, "off").verdict()).isEqualTo(Verdict.REPLY_LOST);
			assertThat(only(watched, "off").lastFailure().cause()).isEqualTo("half-close-lost");
			assertThat(only(watched, "on").verdict()).isEqualTo(Verdict.OK);
		}
	}

	private static RowStatus only(Watched watched, String target) {
		List<RowStatus> rows = watched.rows(target);
		return rows.isEmpty() ? new RowStatus("", null, State.WATCHED, null, null, 0, 0, List.of(), null, null, null)
				: rows.get(0);
	}

	private static WatchSettings target(String name, String destination) {
		return Watched.target(name, destination, INTERVAL, TIMEOUT);
	}

	@Test
	void whenANameHasSeveralAddressesEachOfThemIsWatchedButOurOwn() {
		try (NioServer server = everywhere();
				Watched watched = Watched.from("127.0.0.3", target("mesh", "dns:" + NAME + ":" + server.port()))
					.name(NAME, "127.0.0.2", "127.0.0.3", "127.0.0.4")
					.start()) {
			Watched.await()
				.until(() -> watched.counted("mesh", "127.0.0.2:" + server.port(), Verdict.OK) > 1
						&& watched.counted("mesh", "127.0.0.4:" + server.port(), Verdict.OK) > 1);
			assertThat(watched.rows("mesh")).extracting(RowStatus::peer)
				.containsExactly("127.0.0.2:" + server.port(), "127.0.0.4:" + server.port());
			assertThat(watched.monitor().status().targets().get(0).addresses()).isEqualTo(2);
		}
	}

	@Test
	void whenANameHasTooManyAddressesSoManyAsAllowedAreWatched() {
		try (NioServer server = everywhere();
				Watched watched = Watched.over(Watched.atMost(2, target("mesh", "dns:" + NAME + ":" + server.port())))
					.name(NAME, "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6")
					.start()) {
			Watched.await().until(() -> !watched.rows("mesh").isEmpty() && watched.rows("mesh").get(0).exchanges() > 3);
			assertThat(watched.rows("mesh")).hasSize(2);
			assertThat(watched.monitor().status().targets().get(0).addresses()).isEqualTo(5);
			assertThat(watched.monitor().status().targets().get(0).leftOut()).isEqualTo(3);
		}
	}

	@Test
	void whenANameDropsAnAddressItsRowIsGoneAndFiveMinutesLaterItsMetersAreToo() {
		try (NioServer server = everywhere();
				Watched watched = Watched.over(target("mesh", "dns:" + NAME + ":" + server.port()))
					.name(NAME, "127.0.0.2", "127.0.0.3")
					.start()) {
			String leaving = "127.0.0.3:" + server.port();
			Watched.await().until(() -> watched.counted("mesh", leaving, Verdict.OK) > 1);
			watched.name(NAME, "127.0.0.2");
			Watched.await().until(() -> watched.row("mesh", leaving).state() == State.GONE);
			assertThat(watched.meters(leaving)).isEqualTo(2);
			watched.putForward(Duration.ofMinutes(5));
			Watched.await().until(() -> watched.row("mesh", leaving) == null);
			assertThat(watched.meters(leaving)).isZero();
			assertThat(watched.meters("127.0.0.2:" + server.port())).isEqualTo(2);
		}
	}

	@Test
	void whenAPeerThatWasOkIsRefusedAndItsNameDropsItNothingHasFailed() {
		NioServer server = everywhere();
		int port = server.port();
		try (Watched watched = Watched.over(target("mesh", "dns:" + NAME + ":" + port))
			.name(NAME, "127.0.0.2", "127.0.0.3")
			.start()) {
			String leaving = "127.0.0.3:" + port;
			Watched.await().until(() -> watched.counted("mesh", leaving, Verdict.OK) > 1);
			server.close();
			Watched.await().until(() -> watched.row("mesh", leaving).state() == State.LEAVING);
			assertThat(watched.row("mesh", leaving).verdict()).isEqualTo(Verdict.REFUSED);
			assertThat(watched.counted("mesh", leaving, Verdict.REFUSED)).isZero();
			watched.name(NAME, "127.0.0.2");
			Watched.await().until(() -> watched.row("mesh", leaving).state() == State.GONE);
			watched.putForward(Duration.ofSeconds(45));
			// The other one is still listed after the leave time: it has failed.
			Watched.await().until(() -> watched.counted("mesh", "127.0.0.2:" + port, Verdict.REFUSED) > 1);
			assertThat(watched.counted("mesh", leaving, Verdict.REFUSED)).isZero();
		}
		finally {
			server.close();
		}
	}

	@Test
	void whenANameHasNoAddressAnyMoreThatIsSaidAndItsPeersAreWatchedOn() {
		try (NioServer server = everywhere();
				Watched watched = Watched.over(target("mesh", "dns:" + NAME + ":" + server.port()))
					.name(NAME, "127.0.0.2")
					.start()) {
			String peer = "127.0.0.2:" + server.port();
			String name = NAME + ":" + server.port();
			Watched.await().until(() -> watched.counted("mesh", peer, Verdict.OK) > 1);
			watched.name(NAME);
			Watched.await().until(() -> watched.counted("mesh", name, Verdict.DNS_FAILURE) > 1);
			long before = watched.counted("mesh", peer, Verdict.OK);
			Watched.await().until(() -> watched.counted("mesh", peer, Verdict.OK) > before + 1);
			watched.name(NAME, "127.0.0.2");
			Watched.await().until(() -> watched.row("mesh", name).state() == State.GONE);
		}
	}

	@Test
	void whenManyExchangesHaveBeenMadeNothingIsLeft() throws IOException {
		int exchanges = Integer.getInteger("test.probes", 500);
		try (NioServer server = NioServer.framing(Framing.EOF).start()) {
			Oracle oracle = Oracle.watch(server);
			WatchSettings[] targets = new WatchSettings[50];
			for (int i = 0; i < targets.length; i++) {
				targets[i] = Watched.target("t" + i, "127.0.0.1:" + server.port(), Duration.ofMillis(100),
						Duration.ofMillis(100));
			}
			try (Watched watched = Watched.over(targets).start()) {
				Watched.await()
					.atMost(Duration.ofSeconds(30 + exchanges / 200))
					.until(() -> server.outcomes(Outcome.REPLIED) >= exchanges);
				assertThat(watched.rows("t0")).hasSize(1);
			}
			oracle.settled();
			assertThat(TestServer.threads("tcp-echo-monitor")).isEmpty();
		}
	}

	/** Return a server that answers at every address of loopback. */
	private static NioServer everywhere() {
		return NioServer.framing(Framing.EOF).options((ListenerOptions options) -> options.withAddress(null)).start();
	}

}
