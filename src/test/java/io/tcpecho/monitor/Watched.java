package io.tcpecho.monitor;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tcpecho.probe.AddressFamily;
import io.tcpecho.probe.Entrance;
import io.tcpecho.probe.MessageFormat;
import io.tcpecho.probe.Verdict;
import io.tcpecho.testing.Waits;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * A monitor without Spring: its names have the addresses that a test gives them, and its
 * clock can be put forward.
 */
final class Watched implements AutoCloseable {

	static final String HANGING = "hangs.test";

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final Map<String, List<String>> names = new ConcurrentHashMap<>();

	private final AtomicLong forward = new AtomicLong();

	private final CountDownLatch hanging = new CountDownLatch(1);

	private final AtomicLong lookUps = new AtomicLong();

	private Monitor monitor;

	private Watched(Predicate<InetAddress> own, List<WatchSettings> targets) {
		this.monitor = new Monitor(targets, new MonitorMeters(this.registry, Clock.systemUTC()), this::lookUp, own,
				() -> System.nanoTime() + this.forward.get(), "here");
	}

	/** Create a monitor that has not started, on a machine without addresses. */
	static Watched over(WatchSettings... targets) {
		return new Watched((address) -> false, List.of(targets));
	}

	/** Create the same on a machine that has an address. */
	static Watched from(String own, WatchSettings... targets) {
		return new Watched((address) -> address.getHostAddress().equals(own), List.of(targets));
	}

	/** Return the settings of a target, in framing eof. */
	static WatchSettings target(String name, String destination, Duration interval, Duration timeout,
			Integer... sizes) {
		Manner manner = new Manner(MessageFormat.of("eof"), (sizes.length > 0) ? List.of(sizes) : List.of(64), timeout,
				AddressFamily.ANY, () -> Entrance.DIRECT);
		return new WatchSettings(name, Destination.parse(destination), manner, interval, 32, Duration.ofSeconds(45),
				null);
	}

	/** Return the same settings for fewer addresses. */
	static WatchSettings atMost(int maxTargets, WatchSettings target) {
		return new WatchSettings(target.name(), target.destination(), target.manner(), target.interval(), maxTargets,
				target.leaveTime(), target.labPort());
	}

	private InetAddress[] lookUp(String host) throws UnknownHostException {
		this.lookUps.incrementAndGet();
		if (host.equals(HANGING)) {
			Waits.await(this.hanging);
		}
		List<String> addresses = this.names.getOrDefault(host, List.of());
		if (addresses.isEmpty() && !host.matches("[0-9.]+")) {
			throw new UnknownHostException(host);
		}
		InetAddress[] found = new InetAddress[Math.max(1, addresses.size())];
		for (int i = 0; i < found.length; i++) {
			found[i] = InetAddress.getByName(addresses.isEmpty() ? host : addresses.get(i));
		}
		return found;
	}

	/** Let a name have these addresses from now on. */
	Watched name(String name, String... addresses) {
		this.names.put(name, List.of(addresses));
		return this;
	}

	Watched start() {
		this.monitor.start();
		return this;
	}

	/** Put the clock forward by which peers leave and are forgotten. */
	void putForward(Duration time) {
		this.forward.addAndGet(time.toNanos());
	}

	Monitor monitor() {
		return this.monitor;
	}

	/** Return how often a name was looked up. */
	long lookUps() {
		return this.lookUps.get();
	}

	/** Return the rows of a target. */
	List<RowStatus> rows(String target) {
		return this.monitor.status()
			.targets()
			.stream()
			.filter((each) -> each.name().equals(target))
			.findFirst()
			.orElseThrow()
			.rows();
	}

	/** Return the row of a peer; null if there is none. */
	RowStatus row(String target, String peer) {
		return rows(target).stream().filter((row) -> row.peer().equals(peer)).findFirst().orElse(null);
	}

	/** Return how many exchanges with a peer the meters have, of one verdict. */
	long counted(String target, String peer, Verdict verdict) {
		Counter counter = this.registry.find("tcp.echo.probe.exchanges")
			.tags("probe", target, "peer", peer, "verdict", verdict.name())
			.counter();
		return (counter != null) ? (long) counter.count() : 0;
	}

	/** Return how many meters a peer has. */
	int meters(String peer) {
		return this.registry.find("tcp.echo.probe.exchanges").tag("peer", peer).meters().size()
				+ this.registry.find("tcp.echo.probe.duration").tag("peer", peer).meters().size();
	}

	static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(10));
	}

	/** Let hanging look-ups end, and the monitor. */
	@Override
	public void close() {
		this.hanging.countDown();
		this.monitor.stop();
	}

}
