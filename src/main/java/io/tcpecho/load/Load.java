package io.tcpecho.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.probe.AddressFamily;
import io.tcpecho.probe.Exchange;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import io.tcpecho.probe.Way;

/**
 * A load generator: it makes many exchanges at a time, for a given time. {@link #run}
 * blocks the caller's thread until the end; any thread may {@link #stop()} it.
 *
 * <p>
 * Without a rate, each of its connections begins an exchange as soon as the one before
 * has ended (closed loop). With a rate, exchanges are due at fixed times whatever the
 * server does (open loop), and their time is measured from when they were due: a user
 * would already wait while an exchange waits for a free connection.
 */
public final class Load {

	private static final Duration LOOP_END_TIMEOUT = Duration.ofSeconds(2);

	/** So long an address of several may take to accept a connection. */
	private static final long LONGEST_TRIAL_IN_MILLIS = 2_000;

	private final LoadSettings settings;

	private final Origin origin;

	private final BlockingQueue<LoadEvent> events = new LinkedBlockingQueue<>();

	/**
	 * Create a load that has not started.
	 * @param origin where it is made
	 */
	public Load(LoadSettings settings, Origin origin) {
		this.settings = settings;
		this.origin = origin;
	}

	/**
	 * Load the server until the time is over or {@link #stop()} is called.
	 * @param seconds receives each second once it has ended, on this thread
	 * @return the results
	 * @throws InterruptedException if this thread is interrupted; no thread and no
	 * connection is left then
	 */
	public LoadSummary run(Consumer<LoadSecond> seconds) throws InterruptedException {
		Result failure;
		try {
			Way way = this.settings.entrance()
				.towards(this.settings.target(), AddressFamily.ANY, this.settings.timeout().toNanos());
			InetSocketAddress peer = reachable(way.peers());
			EventLoop loop = EventLoop.start("tcp-echo-load", Exchange.sweepInterval(this.settings.timeout()));
			try {
				return run(loop, peer, way, seconds);
			}
			finally {
				loop.stop();
				loop.awaitEnd(LOOP_END_TIMEOUT);
			}
		}
		catch (UnknownHostException ex) {
			failure = failure(Verdict.DNS_FAILURE, String.valueOf(ex.getMessage()));
		}
		catch (IOException ex) {
			failure = failure(Verdict.LOCAL_ERROR, "no event loop");
		}
		return notBegun(failure, seconds);
	}

	private LoadSummary notBegun(Result failure, Consumer<LoadSecond> seconds) {
		Tally tally = new Tally();
		tally.add(failure);
		Seconds none = new Seconds();
		none.add(failure, true);
		Instant now = Instant.now();
		seconds.accept(none.close(now, false, Duration.ZERO));
		return new LoadSummary(this.settings.options(), this.origin, now, Duration.ZERO, tally, none.closed(), 0,
				GeneratorCpu.NONE, List.of());
	}

	private Result failure(Verdict verdict, String detail) {
		int size = this.settings.sizes().get(0);
		return Result.withoutConnection(1, size, verdict, 0, detail, this.settings.setup(size));
	}

	/**
	 * Return the first of several addresses that accepts a connection; the first of all
	 * if none does.
	 */
	private InetSocketAddress reachable(List<InetSocketAddress> peers) {
		return (peers.size() == 1) ? peers.get(0)
				: peers.stream().filter(this::accepts).findFirst().orElse(peers.get(0));
	}

	private boolean accepts(InetSocketAddress peer) {
		try (Socket socket = new Socket()) {
			socket.connect(peer,
					(int) Math.max(1, Math.min(LONGEST_TRIAL_IN_MILLIS, this.settings.timeout().toMillis())));
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private LoadSummary run(EventLoop loop, InetSocketAddress peer, Way way, Consumer<LoadSecond> seconds)
			throws InterruptedException {
		LoadGenerator generator = new LoadGenerator(loop, peer, way, this.settings, this.origin, this.events::add);
		loop.execute(generator::begin);
		Pacer pacer = Pacer.start(this.settings.rate(), loop, generator::beginDue);
		try {
			while (true) {
				LoadEvent event = this.events.take();
				if (event instanceof LoadSecond second) {
					seconds.accept(second);
				}
				else if (event instanceof LoadSummary summary) {
					return summary;
				}
				else {
					loop.execute(generator::stop);
				}
			}
		}
		finally {
			pacer.stop();
		}
	}

	/**
	 * Make {@link #run} return with the results so far. This method does not wait for
	 * that.
	 */
	public void stop() {
		this.events.add(new LoadEvent.Stop());
	}

}
