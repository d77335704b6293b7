package io.tcpecho.nio;

import java.nio.channels.SelectionKey;

import io.tcpecho.connection.Phase;

/**
 * The state of an accepted connection between two of its turns, which says what it waits
 * for. These are the ways from one state to the next; each state but CLOSED also leads to
 * CLOSED, by a reset.
 *
 * <pre>
 *   accept --> READING --- a message is complete ---> IN_SERVICE
 *              |  ^  ^                                     |
 *    no memory |  |  +---- all is written --- WRITING <----+ the reply
 *              v  |                             ^
 *   AWAITING_MEMORY                             +-- READING, with replies left over
 *
 *   A failure behind replies that the peer may not have: --> DELIVERING --> CLOSED, RST
 *   The last reply is written, or FIN between messages:  --> FINISHING --> CLOSED, FIN
 *   The reply is written, and more may come before FIN:  --> FINISHING --> LINGERING
 *                                                                    --> CLOSED, FIN
 *   A layer of the wire ends the connection by FIN:      --> LINGERING --> CLOSED, FIN
 * </pre>
 */
enum State {

	/** It waits for the next bytes of the peer, or for its FIN. */
	READING(SelectionKey.OP_READ, Phase.READING),

	/** It waits in the queue of the memory budget and does not read meanwhile. */
	AWAITING_MEMORY(0, Phase.READING),

	/** A message is with the service; nothing is read until its reply is there. */
	IN_SERVICE(0, Phase.IN_SERVICE),

	/** Replies wait for the peer to take them; nothing is read meanwhile. */
	WRITING(SelectionKey.OP_WRITE, Phase.WRITING),

	/** It failed, and its reset waits until the peer has the replies before it. */
	DELIVERING(SelectionKey.OP_WRITE, Phase.WRITING),

	/** Every reply is written, and the wire still has to say that this was the end. */
	FINISHING(SelectionKey.OP_WRITE, Phase.WRITING),

	/**
	 * FIN is sent after a reply, or for a layer; what the peer still sends is discarded.
	 */
	LINGERING(SelectionKey.OP_READ, Phase.LINGERING),

	/** The socket is closed. */
	CLOSED(0, Phase.WRITING);

	private final int events;

	private final Phase phase;

	State(int events, Phase phase) {
		this.events = events;
		this.phase = phase;
	}

	/** Return the events of the socket to select for. */
	int events() {
		return this.events;
	}

	/** Return the phase that operators see. */
	Phase phase() {
		return this.phase;
	}

}
