package io.tcpecho.limits;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

/**
 * Hands service calls to an executor, a bounded number at a time; further ones wait here
 * in their order. Thread-safe, guarded by {@code waiting}.
 *
 * <p>
 * The bound is kept here and not by an executor that refuses: a refused call would have
 * nothing to run it once the executor is free again.
 */
public final class ServiceGate {

	private final Executor executor;

	private final int capacity;

	/** In the order of arrival. */
	private final Set<Call> waiting = new LinkedHashSet<>();

	private int handedOver;

	/**
	 * Create a gate.
	 * @param executor what runs the calls
	 * @param capacity how many calls the executor has at a time, running or queued
	 */
	public ServiceGate(Executor executor, int capacity) {
		this.executor = executor;
		this.capacity = capacity;
	}

	/**
	 * Run a call as soon as its turn comes. A failure to hand it over, a thread that
	 * cannot be created included, is that call's own: {@link Call#failed}.
	 */
	public void submit(Call call) {
		synchronized (this.waiting) {
			if (this.handedOver == this.capacity) {
				this.waiting.add(call);
				return;
			}
			this.handedOver++;
		}
		handOver(call);
	}

	/**
	 * Forget a call that has not been handed over.
	 * @return whether it was waiting here; it will not run then
	 */
	public boolean cancel(Call call) {
		synchronized (this.waiting) {
			return this.waiting.remove(call);
		}
	}

	private void handOver(Call first) {
		Call call = first;
		while (call != null) {
			try {
				Call next = call;
				this.executor.execute(() -> run(next));
				return;
			}
			catch (Throwable ex) {
				call.failed(ex);
				call = next();
			}
		}
	}

	private void run(Call call) {
		try {
			call.run();
		}
		finally {
			Call next = next();
			if (next != null) {
				handOver(next);
			}
		}
	}

	/** Return the call whose turn it is, null if none waits. */
	private @Nullable Call next() {
		synchronized (this.waiting) {
			Iterator<Call> calls = this.waiting.iterator();
			if (!calls.hasNext()) {
				this.handedOver--;
				return null;
			}
			Call next = calls.next();
			calls.remove();
			return next;
		}
	}

	/** One call of the service. */
	public interface Call extends Runnable {

		/** The call was not handed over and will not run. */
		void failed(Throwable failure);

	}

}
