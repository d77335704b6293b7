package io.tcpecho.load;

/**
 * Something that a running load waits for on its queue.
 */
interface LoadEvent {

	/** The load shall end with what there is. */
	record Stop() implements LoadEvent {

	}

}
