package io.tcpecho.fault;

import java.util.Map;

import io.tcpecho.wire.Wire;

/**
 * One thing that goes wrong. Immutable.
 *
 * @param type what goes wrong
 * @param probability with which it happens to a connection, from 0 to 1
 * @param maker makes its layer for a connection
 * @param members its members as the operator has written them
 */
record Fault(FaultType type, double probability, Maker maker, Map<String, Object> members) {

	/** Makes the layer of a fault for one connection. */
	interface Maker {

		/**
		 * Return the layer.
		 * @param below the wire that it stands on
		 * @param strike the fault as it happens to this connection
		 */
		Wire on(Wire below, Strike strike);

	}

}
