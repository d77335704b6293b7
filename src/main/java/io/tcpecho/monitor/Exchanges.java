package io.tcpecho.monitor;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.probe.Evidence;
import io.tcpecho.probe.Exchange;
import io.tcpecho.probe.Resolver;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import io.tcpecho.probe.Way;

/**
 * Makes exchanges on one event loop, any number at the same time, without a thread for
 * each. On the loop's thread only.
 */
final class Exchanges {

	private final EventLoop loop;

	/** Tells the messages of this process from those of others. */
	private final long seed = ThreadLocalRandom.current().nextLong();

	/**
	 * The look-ups that have not ended in time and still go on, by host: nothing more
	 * waits for them, however often the host is asked for.
	 */
	private final Map<String, CompletableFuture<List<InetAddress>>> hanging = new HashMap<>();

	private long lastSeq;

	Exchanges(EventLoop loop) {
		this.loop = loop;
	}

	/**
	 * Wait on the loop for an answer of a resolver, which has another thread. While a
	 * look-up hangs that has been waited for in vain, there is no answer at once.
	 * @param host what is looked up
	 * @param answer the look-up, which has begun
	 * @param timeoutInNanos how long to wait
	 * @param done is told the addresses, or why there are none
	 */
	void await(String host, CompletableFuture<List<InetAddress>> answer, long timeoutInNanos, LookUp done) {
		if (answer.isDone()) {
			tell(answer, done);
			return;
		}
		if (this.hanging.get(host) == answer) {
			done.ended(List.of(), noAnswer(host));
			return;
		}
		AtomicBoolean told = new AtomicBoolean();
		answer.whenComplete((addresses, failure) -> execute(() -> {
			this.hanging.remove(host, answer);
			if (told.compareAndSet(false, true)) {
				tell(answer, done);
			}
		}));
		this.loop.schedule(timeoutInNanos, () -> {
			if (told.compareAndSet(false, true)) {
				this.hanging.put(host, answer);
				done.ended(List.of(), noAnswer(host));
			}
		});
	}

	private void execute(Runnable task) {
		try {
			this.loop.execute(task);
		}
		catch (RejectedExecutionException ex) {
			// The monitor has ended.
		}
	}

	private static String noAnswer(String host) {
		return String.valueOf(Resolver.noAnswer(host).getMessage());
	}

	private static void tell(CompletableFuture<List<InetAddress>> answer, LookUp done) {
		List<InetAddress> addresses = List.of();
		String failure = "";
		try {
			addresses = answer.join();
		}
		catch (CompletionException ex) {
			failure = String.valueOf(ex.getCause().getMessage());
		}
		done.ended(addresses, failure);
	}

	/**
	 * Make an exchange.
	 * @param peer the address to connect to
	 * @param origin when it began, and with which look-up
	 * @param done is told the result, perhaps before this method has returned
	 */
	void make(Manner manner, int size, Way way, InetSocketAddress peer, Origin origin, Consumer<Result> done) {
		long seq = ++this.lastSeq;
		byte[] message = manner.format().message(size, this.seed, seq);
		long startedAt = System.nanoTime() - Math.max(0, origin.resolvedNanos());
		List<InetAddress> others = way.addresses()
			.stream()
			.filter((address) -> !address.equals(peer.getAddress()))
			.toList();
		Exchange exchange = new Exchange(this.loop, manner.plan(size, way), seq, message, startedAt, (result, open) -> {
			if (open != null) {
				open.finish();
			}
			done.accept(result.with(result.evidence().with(origin.beganAt(), origin.resolvedNanos(), others)));
		});
		exchange.start(peer, null, startedAt + manner.timeout().toNanos());
	}

	/** Return the result of an exchange whose name has no address. */
	Result unresolved(Manner manner, int size, Origin origin, String failure) {
		Result result = Result.withoutConnection(++this.lastSeq, size, Verdict.DNS_FAILURE, origin.resolvedNanos(),
				failure, manner.setup(size, manner.entrance().get()));
		return result.with(result.evidence().with(origin.beganAt(), Evidence.UNKNOWN, List.of()));
	}

	/**
	 * When an exchange began.
	 *
	 * @param beganAt the time of day
	 * @param resolvedNanos how long its look-up took; {@link Evidence#UNKNOWN} if it had
	 * none, and then no look-up is part of its duration
	 */
	record Origin(Instant beganAt, long resolvedNanos) {

		/** Return that of an exchange that begins now, without a look-up. */
		static Origin now() {
			return new Origin(Instant.now(), Evidence.UNKNOWN);
		}

	}

	/** Is told how a look-up ended. */
	interface LookUp {

		/**
		 * It ended.
		 * @param addresses those of the host; empty if there are none
		 * @param failure why there are none
		 */
		void ended(List<InetAddress> addresses, String failure);

	}

}
