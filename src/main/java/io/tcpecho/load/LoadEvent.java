package io.tcpecho.load;

/**
 * An event that a running load waits for on its queue.
 */
interface LoadEvent {

	/** A request to end the load with the results so far. */
	record Stop() implements LoadEvent {

	}

}
