package io.tcpecho.probe;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.tcpecho.text.SocketAddresses;

/**
 * Looks names up, on a few threads of its own, because the system's resolver can hang and
 * cannot be interrupted. Thread-safe.
 *
 * <p>
 * While a name is being looked up, others that want it wait for the same answer: a
 * resolver that hangs takes one thread for each name, and no more than
 * {@value #MOST_THREADS} in all.
 */
public final class Resolver {

	private static final int MOST_THREADS = 4;

	private static final Resolver SYSTEM = new Resolver(InetAddress::getAllByName);

	private final LookUp lookUp;

	private final Executor threads;

	private final Map<String, CompletableFuture<List<InetAddress>>> pending = new ConcurrentHashMap<>();

	Resolver(LookUp lookUp) {
		this.lookUp = lookUp;
		ThreadPoolExecutor threads = new ThreadPoolExecutor(MOST_THREADS, MOST_THREADS, 1, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), Resolver::thread);
		threads.allowCoreThreadTimeOut(true);
		this.threads = threads;
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
			return SocketAddresses.isAddress(host) ? now(host)
					: pending(host).get(timeoutInNanos, TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw new UnknownHostException(host + ": no answer");
		}
		catch (ExecutionException | CompletionException ex) {
			throw new UnknownHostException(host + ": unknown name");
		}
	}

	private CompletableFuture<List<InetAddress>> pending(String host) {
		CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
		CompletableFuture<List<InetAddress>> earlier = this.pending.putIfAbsent(host, answer);
		if (earlier != null) {
			return earlier;
		}
		this.threads.execute(() -> {
			try {
				answer.complete(now(host));
			}
			catch (Throwable ex) {
				answer.completeExceptionally(ex);
			}
			finally {
				this.pending.remove(host, answer);
			}
		});
		return answer;
	}

	private List<InetAddress> now(String host) {
		try {
			return List.of(this.lookUp.allByName(host));
		}
		catch (UnknownHostException ex) {
			throw new CompletionException(ex);
		}
	}

	/** Looks a name up, however long that takes. */
	interface LookUp {

		InetAddress[] allByName(String host) throws UnknownHostException;

	}

}
