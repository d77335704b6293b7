package io.tcpecho.actuate;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.tcpecho.actuate.RecentLatency.Percentiles;
import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.HandshakeResult;
import io.tcpecho.connection.ListenerCounters;
import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.connection.Outcome;
import io.tcpecho.connection.ProxyRefusal;
import io.tcpecho.fault.FaultType;
import io.tcpecho.fault.ListenerFaults;
import io.tcpecho.server.EchoListener;
import io.tcpecho.server.EchoListeners;
import io.tcpecho.server.ListenerState;
import io.tcpecho.server.TlsBundle;
import io.tcpecho.text.Labels;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * All meters, as docs/metrics.md describes them. Counters are read from
 * {@link ListenerCounters} at scrape time; durations and sizes are recorded per event.
 */
class TcpEchoMeters implements ListenerObserver.Factory, SmartInitializingSingleton {

	private final MeterRegistry registry;

	private final ObjectProvider<EchoListeners> listeners;

	/** The latency of each enabled listener, by its name. */
	private final Map<String, RecentLatency> latencies = new ConcurrentHashMap<>();

	/**
	 * Create the meters.
	 * @param listeners looked up after all beans exist, because the listeners need this
	 * bean
	 */
	TcpEchoMeters(MeterRegistry registry, ObjectProvider<EchoListeners> listeners) {
		this.registry = registry;
		this.listeners = listeners;
	}

	@Override
	public void afterSingletonsInstantiated() {
		EchoListeners all = this.listeners.getObject();
		all.enabled().forEach(this::register);
		all.tlsBundles().forEach(this::register);
		Gauge.builder("tcp.echo.buffered", all, EchoListeners::getBufferedBytes)
			.baseUnit(BaseUnits.BYTES)
			.description("Memory taken from tcp-echo.max-buffered")
			.register(this.registry);
	}

	private void register(EchoListener listener) {
		Tags tags = tags(listener.getName());
		ListenerCounters counters = listener.getCounters();
		Gauge.builder("tcp.echo.connections.open", listener, EchoListener::getOpenConnections)
			.tags(tags)
			.description("Open connections")
			.register(this.registry);
		Gauge.builder("tcp.echo.connections.max", listener, EchoListener::getMaxConnections)
			.tags(tags)
			.description("Largest number of open connections")
			.register(this.registry);
		for (ListenerState state : ListenerState.values()) {
			Gauge.builder("tcp.echo.listener.state", listener, (current) -> (current.getState() == state) ? 1 : 0)
				.tags(tags.and("state", Labels.of(state)))
				.description("1 for the state that the listener is in, and 0 for all others")
				.register(this.registry);
		}
		FunctionCounter.builder("tcp.echo.connections.accepted", counters, ListenerCounters::acceptedCount)
			.tags(tags)
			.description("Connections accepted, those rejected at once included")
			.register(this.registry);
		for (Outcome outcome : Outcome.values()) {
			FunctionCounter.builder("tcp.echo.connections.closed", counters, (counted) -> counted.count(outcome))
				.tags(tags.and("outcome", outcome.toString()))
				.description("Connections that have ended")
				.register(this.registry);
		}
		if (listener.getSettings().proxyProtocol() != null) {
			registerProxyRefusals(counters, tags);
		}
		if (listener.getSettings().tls() != null) {
			registerTls(counters, tags);
		}
		listener.getFaults().ifPresent((faults) -> register(faults, tags));
		FunctionCounter.builder("tcp.echo.bytes", counters, ListenerCounters::bytesIn)
			.tags(tags.and("direction", "in"))
			.baseUnit(BaseUnits.BYTES)
			.description("Bytes read from and taken by sockets, framing included")
			.register(this.registry);
		FunctionCounter.builder("tcp.echo.bytes", counters, ListenerCounters::bytesOut)
			.tags(tags.and("direction", "out"))
			.baseUnit(BaseUnits.BYTES)
			.description("Bytes read from and taken by sockets, framing included")
			.register(this.registry);
	}

	private void registerProxyRefusals(ListenerCounters counters, Tags tags) {
		for (ProxyRefusal refusal : ProxyRefusal.values()) {
			FunctionCounter.builder("tcp.echo.proxy.refused", counters, (counted) -> counted.count(refusal))
				.tags(tags.and("reason", refusal.toString()))
				.description("Connections that had no valid PROXY header")
				.register(this.registry);
		}
	}

	private void register(ListenerFaults faults, Tags tags) {
		for (FaultType type : FaultType.values()) {
			FunctionCounter.builder("tcp.echo.faults", faults, (counted) -> counted.count(type))
				.tags(tags.and("type", type.toString()))
				.description("Connections that a fault set by the operator has changed")
				.register(this.registry);
		}
	}

	private void registerTls(ListenerCounters counters, Tags tags) {
		for (HandshakeResult result : HandshakeResult.values()) {
			FunctionCounter.builder("tcp.echo.tls.handshakes", counters, (counted) -> counted.count(result))
				.tags(tags.and("result", result.toString()))
				.description("TLS handshakes that have ended")
				.register(this.registry);
		}
		FunctionCounter.builder("tcp.echo.tls.truncations.accepted", counters, ListenerCounters::withoutCloseNotify)
			.tags(tags)
			.description("Streams that ended without close_notify, where that is allowed")
			.register(this.registry);
	}

	private void register(TlsBundle bundle) {
		Tags tags = Tags.of("bundle", bundle.name());
		FunctionCounter.builder("tcp.echo.tls.reloads", bundle, TlsBundle::renewals)
			.tags(tags.and("result", "ok"))
			.description("Renewals of an SSL bundle")
			.register(this.registry);
		FunctionCounter.builder("tcp.echo.tls.reloads", bundle, TlsBundle::failures)
			.tags(tags.and("result", "failed"))
			.description("Renewals of an SSL bundle")
			.register(this.registry);
	}

	@Override
	public ListenerObserver create(String listener) {
		Recorder recorder = new Recorder(this.registry, tags(listener));
		this.latencies.put(listener, recorder.latency);
		return recorder;
	}

	/**
	 * Return the recent percentiles of {@code tcp.echo.exchange.duration}; null if no
	 * exchange has ended recently, or the listener is not enabled.
	 */
	@Nullable Percentiles recentLatency(String listener) {
		RecentLatency latency = this.latencies.get(listener);
		return (latency != null) ? latency.percentiles() : null;
	}

	private static Tags tags(String listener) {
		return Tags.of("listener", listener);
	}

	/** Records the times and sizes of one listener. */
	private static final class Recorder implements ListenerObserver {

		private final Timer connectionDuration;

		private final Timer exchangeDuration;

		private final DistributionSummary messageSize;

		private final RecentLatency latency;

		private final Timer loopLag;

		private final MeterRegistry registry;

		private final Tags tags;

		/** Null until the first handshake, which most listeners never see. */
		private volatile @Nullable Timer handshakeDuration;

		Recorder(MeterRegistry registry, Tags tags) {
			this.registry = registry;
			this.tags = tags;
			this.connectionDuration = Timer.builder("tcp.echo.connection.duration")
				.tags(tags)
				.description("Accept to close")
				.publishPercentileHistogram()
				.minimumExpectedValue(Duration.ofNanos(100_000))
				.maximumExpectedValue(Duration.ofMinutes(1))
				.register(registry);
			this.exchangeDuration = Timer.builder("tcp.echo.exchange.duration")
				.tags(tags)
				.description("Complete message to the last byte of its reply taken by the socket")
				.publishPercentileHistogram()
				.minimumExpectedValue(Duration.ofNanos(10_000))
				.maximumExpectedValue(Duration.ofMinutes(1))
				.register(registry);
			this.latency = new RecentLatency(this.exchangeDuration, System::nanoTime);
			this.messageSize = DistributionSummary.builder("tcp.echo.message.size")
				.tags(tags)
				.baseUnit(BaseUnits.BYTES)
				.description("Length of complete messages, without framing")
				.register(registry);
			this.loopLag = Timer.builder("tcp.echo.eventloop.lag")
				.tags(tags)
				.description("How late the heartbeat of an event loop was, once a second")
				.register(registry);
		}

		@Override
		public void messageReceived(int bytes) {
			this.messageSize.record(bytes);
		}

		@Override
		public void replied(long nanos) {
			this.exchangeDuration.record(nanos, TimeUnit.NANOSECONDS);
		}

		@Override
		public void handshakeEnded(HandshakeResult result, @Nullable Duration time) {
			if (time == null) {
				return;
			}
			Timer timer = this.handshakeDuration;
			if (timer == null) {
				timer = Timer.builder("tcp.echo.tls.handshake.duration")
					.tags(this.tags)
					.description("First byte of the client to the end of a successful TLS handshake")
					.publishPercentileHistogram()
					.minimumExpectedValue(Duration.ofNanos(100_000))
					.maximumExpectedValue(Duration.ofMinutes(1))
					.register(this.registry);
				this.handshakeDuration = timer;
			}
			timer.record(time);
		}

		@Override
		public void closed(ConnectionSummary connection) {
			this.connectionDuration.record(connection.age());
		}

		@Override
		public void loopDelayed(long nanos) {
			this.loopLag.record(nanos, TimeUnit.NANOSECONDS);
			this.latency.tick();
		}

	}

}
