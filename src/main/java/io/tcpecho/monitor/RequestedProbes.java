package io.tcpecho.monitor;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.tcpecho.monitor.Exchanges.Origin;
import io.tcpecho.monitor.Monitor.Running;
import io.tcpecho.monitor.ProbeRefusedException.Reason;
import io.tcpecho.probe.Resolver;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Target;
import io.tcpecho.probe.Way;
import org.jspecify.annotations.Nullable;

/**
 * Probes of targets that a request names, within the list of what is allowed: one
 * exchange each, and at most {@value #MOST_AT_ONCE} at the same time. Any thread may ask,
 * and waits for the result.
 */
public final class RequestedProbes {

	static final int MOST_AT_ONCE = 16;

	private static final String ALLOW = MonitorProperties.PREFIX + ".allow";

	/** What the answer needs to reach Prometheus before its scrape times out. */
	private static final Duration SCRAPE_OFFSET = Duration.ofMillis(500);

	/** How much longer than the timeouts the loop may take. */
	private static final Duration GRACE = Duration.ofSeconds(2);

	private final Monitor monitor;

	private final Map<String, Manner> modules;

	private final AllowList allowed;

	private final Resolver resolver;

	private final Semaphore places = new Semaphore(MOST_AT_ONCE);

	/**
	 * Create it.
	 * @param monitor has the loop
	 * @param modules how to make exchanges, by name
	 */
	RequestedProbes(Monitor monitor, Map<String, Manner> modules, AllowList allowed, Resolver.LookUp lookUp) {
		this.monitor = monitor;
		this.modules = Map.copyOf(modules);
		this.allowed = allowed;
		this.resolver = new Resolver(lookUp, MOST_AT_ONCE);
	}

	/**
	 * Make an exchange.
	 * @param target {@code HOST:PORT}
	 * @param module the name of a target of the configuration, whose settings it takes;
	 * null for {@code default}
	 * @param scrapeTimeout after which its answer comes too late; null for never
	 * @throws ProbeRefusedException if it is not made
	 * @throws InterruptedException if this thread is interrupted
	 */
	public RequestedProbe make(@Nullable String target, @Nullable String module, @Nullable Duration scrapeTimeout)
			throws InterruptedException {
		if (this.allowed.isEmpty()) {
			throw new ProbeRefusedException(Reason.FORBIDDEN, "Probes on request are off: set " + ALLOW
					+ " to the addresses and names that may be probed, such as 10.0.0.0/8, echo.example.com");
		}
		String name = (module != null) ? module : MonitorProperties.DEFAULT;
		Manner manner = this.modules.get(name);
		if (manner == null) {
			throw malformed("module has no settings: there is no " + MonitorProperties.PREFIX + ".targets of that name;"
					+ " known: " + String.join(", ", new TreeSet<>(this.modules.keySet())));
		}
		Target parsed = parse(target, manner);
		if (!this.places.tryAcquire()) {
			throw new ProbeRefusedException(Reason.BUSY,
					MOST_AT_ONCE + " probes on request are under way, which is the most at the same time");
		}
		try {
			return await(parsed, name,
					(scrapeTimeout != null) ? manner.within(shorter(manner, scrapeTimeout)) : manner);
		}
		finally {
			this.places.release();
		}
	}

	private static Target parse(@Nullable String target, Manner manner) {
		if (target == null) {
			throw malformed("target is missing, and must be HOST:PORT");
		}
		try {
			Target parsed = Target.parse(target);
			manner.entrance().get().check(parsed);
			return parsed;
		}
		catch (IllegalArgumentException ex) {
			throw malformed("target: " + ex.getMessage());
		}
	}

	private static ProbeRefusedException malformed(String message) {
		return new ProbeRefusedException(Reason.MALFORMED, message);
	}

	/** Return the time that is left of a scrape, at least half of it. */
	private static Duration shorter(Manner manner, Duration scrapeTimeout) {
		Duration left = scrapeTimeout.minus(SCRAPE_OFFSET);
		Duration half = scrapeTimeout.dividedBy(2);
		Duration usable = (left.compareTo(half) > 0) ? left : half;
		return (usable.compareTo(manner.timeout()) < 0) ? usable : manner.timeout();
	}

	private RequestedProbe await(Target target, String module, Manner manner) throws InterruptedException {
		CompletableFuture<RequestedProbe> answer = new CompletableFuture<>();
		try {
			Running running = this.monitor.running();
			running.loop().execute(() -> begin(running.exchanges(), target, module, manner, answer));
			return answer.get(manner.timeout().plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof ProbeRefusedException refused) {
				throw refused;
			}
			throw new IllegalStateException(ex.getCause());
		}
		catch (TimeoutException | RejectedExecutionException | IllegalStateException ex) {
			throw new ProbeRefusedException(Reason.BUSY,
					"The monitor does not answer: the server stops or is overloaded");
		}
	}

	private void begin(Exchanges exchanges, Target target, String module, Manner manner,
			CompletableFuture<RequestedProbe> answer) {
		Instant beganAt = Instant.now();
		long startedAt = System.nanoTime();
		exchanges.await(target.host(), this.resolver.resolve(target.host()), manner.timeout().toNanos(),
				(addresses, failure) -> {
					try {
						Origin origin = new Origin(beganAt, System.nanoTime() - startedAt);
						lookedUp(exchanges, new Asked(target, module, manner, origin, answer), addresses, failure);
					}
					catch (RuntimeException ex) {
						answer.completeExceptionally(ex);
					}
				});
	}

	private void lookedUp(Exchanges exchanges, Asked asked, List<InetAddress> all, String failure) {
		List<InetAddress> usable = all.stream().filter(asked.manner.family()::contains).toList();
		int size = asked.manner.sizes().get(0);
		if (usable.isEmpty()) {
			String why = all.isEmpty() ? failure : asked.target.host() + ": no " + asked.manner.family();
			asked.end(exchanges.unresolved(asked.manner, size, asked.origin, why));
			return;
		}
		InetAddress chosen = usable.stream()
			.filter((address) -> this.allowed.permits(asked.target.host(), address))
			.findFirst()
			.orElseThrow(() -> new ProbeRefusedException(Reason.FORBIDDEN, asked.target + " is not allowed: "
					+ usable.get(0).getHostAddress() + " is in no range of " + ALLOW + " that may stand for it"));
		int port = asked.target.port();
		Way way = new Way(asked.manner.entrance().get(), asked.target, usable, port, List.of());
		exchanges.make(asked.manner, size, way, new InetSocketAddress(chosen, port), asked.origin, asked::end);
	}

	/**
	 * A request whose exchange is under way.
	 *
	 * @param target what is probed
	 * @param module the name of the settings
	 * @param manner the settings
	 * @param origin when it began
	 * @param answer is completed with the result
	 */
	private record Asked(Target target, String module, Manner manner, Origin origin,
			CompletableFuture<RequestedProbe> answer) {

		void end(Result result) {
			this.answer.complete(new RequestedProbe(this.target, this.module, result));
		}

	}

}
