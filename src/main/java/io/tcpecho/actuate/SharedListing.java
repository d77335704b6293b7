package io.tcpecho.actuate;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Makes one listing at a time, and gives it to every request for the same that has waited
 * meanwhile. So any number of requests at once cost the work and the memory of two, and
 * no answer is older than its request. Any thread may call it.
 */
class SharedListing {

	private final ReentrantLock lock = new ReentrantLock(true);

	/** The last listing, while requests wait; guarded by the lock. */
	private @Nullable Listing last;

	/**
	 * Return a listing.
	 * @param query what is asked for; equal for requests with equal answers
	 * @param maker makes the listing
	 */
	byte[] get(Object query, Supplier<byte[]> maker) {
		long asked = System.nanoTime();
		this.lock.lock();
		try {
			Listing listing = this.last;
			if (listing == null || !listing.query.equals(query) || listing.begun - asked < 0) {
				long begun = System.nanoTime();
				listing = new Listing(query, begun, maker.get());
			}
			this.last = this.lock.hasQueuedThreads() ? listing : null;
			return listing.body;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Return how many requests wait, more or less. */
	int waiting() {
		return this.lock.getQueueLength();
	}

	/**
	 * A listing that was made.
	 *
	 * @param begun when its making began; of {@link System#nanoTime}
	 */
	private record Listing(Object query, long begun, byte[] body) {

	}

}
