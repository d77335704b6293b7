package io.tcpecho.probe;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.tcpecho.text.SocketAddresses;

/**
 * Looks names up, on threads of its own, because the system's resolver can hang and
 * cannot be interrupted. Thread-safe.
 *
 * <p>
 * While a name is being looked up, others that want it wait for the same answer: a
 * resolver that hangs takes one thread for each name. While all threads hang, other names
 * fail at once, so that nothing piles up.
 */
public final class Resolver {

	private static final int THREADS_OF_THE_PROCESS = 16;

	private static final long IDLE_SECONDS = 10;

	private static final Resolver SYSTEM = new Resolver(InetAddress::getAllByName, THREADS_OF_THE_PROCESS);

	private final LookUp lookUp;

	private final int mostThreads;

	private final Executor threads;

	private final Map<String, CompletableFuture<List<InetAddress>>> pending = new ConcurrentHashMap<>();

	/**
	 * Create a resolver. It has a thread only while a name is looked up, and for ten
	 * seconds after that.
	 * @param lookUp looks a name up, however long that takes
	 * @param mostThreads how many names may be looked up at the same time
	 */
	public Resolver(LookUp lookUp, int mostThreads) {
		this.lookUp = lookUp;
		this.mostThreads = mostThreads;
		this.threads = new ThreadPoolExecutor(0, mostThreads, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(),
				Resolver::thread);
	}

	private static Thread thread(Runnable task) {
		Thread thread = new Thread(task, "tcp-echo-resolver");
		thread.setDaemon(true);
		return thread;
	}

	/** Return the resolver of this process. */
	public static Resolver system() {
		return SYSTEM;
	}

	/**
	 * Return the addresses of a host, in the order of the system: at least one.
	 * @param host a name or an address
	 * @param family which of them to return
	 * @param timeoutInNanos how long to wait
	 * @throws UnknownHostException if there is none, or no answer within the time
	 * @throws InterruptedException if this thread is interrupted
	 */
	public List<InetAddress> lookUp(String host, AddressFamily family, long timeoutInNanos)
			throws UnknownHostException, InterruptedException {
		List<InetAddress> addresses = lookUp(host, timeoutInNanos).stream().filter(family::contains).toList();
		if (addresses.isEmpty()) {
			throw new UnknownHostException(host + ": no " + family);
		}
		return addresses;
	}

	private List<InetAddress> lookUp(String host, long timeoutInNanos)
			throws UnknownHostException, InterruptedException {
		try {
			return resolve(host).get(timeoutInNanos, TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw noAnswer(host);
		}
		catch (ExecutionException ex) {
			throw new UnknownHostException(ex.getCause().getMessage());
		}
	}

	/** Return the failure of a look-up that has not ended in time. */
	public static UnknownHostException noAnswer(String host) {
		return new UnknownHostException(host + ": no answer");
	}

	/**
	 * Look a host up without waiting.
	 * @param host a name or an address
	 * @return completed with its addresses in the order of the system, at least one; or
	 * exceptionally with an {@link UnknownHostException}. An address completes it at
	 * once, a name on a thread of this resolver, or never if that hangs
	 */
	public CompletableFuture<List<InetAddress>> resolve(String host) {
		CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
		if (SocketAddresses.isAddress(host)) {
			answer(host, answer);
			return answer;
		}
		CompletableFuture<List<InetAddress>> earlier = this.pending.putIfAbsent(host, answer);
		if (earlier != null) {
			return earlier;
		}
		try {
			this.threads.execute(() -> {
				answer(host, answer);
				this.pending.remove(host, answer);
			});
		}
		catch (RejectedExecutionException ex) {
			this.pending.remove(host, answer);
			answer.completeExceptionally(
					new UnknownHostException(host + ": " + this.mostThreads + " other names have no answer yet"));
		}
		return answer;
	}

	private void answer(String host, CompletableFuture<List<InetAddress>> answer) {
		try {
			answer.complete(List.of(this.lookUp.allByName(host)));
		}
		catch (Throwable ex) {
			answer.completeExceptionally(new UnknownHostException(host + ": unknown name"));
		}
	}

	/** Looks a name up, however long that takes. */
	public interface LookUp {

		/**
		 * Return the addresses of a host, at least one.
		 * @throws UnknownHostException if there is none
		 */
		InetAddress[] allByName(String host) throws UnknownHostException;

	}

}
