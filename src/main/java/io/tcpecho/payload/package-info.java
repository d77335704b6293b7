/**
 * The bytes of messages, in chunks that are filled once and written out as they are:
 * {@link io.tcpecho.payload.PayloadBuilder} collects what arrives,
 * {@link io.tcpecho.payload.Payload} is a complete message,
 * {@link io.tcpecho.payload.OutputQueue} has what a socket has still to take, and
 * {@link io.tcpecho.payload.ChunkPool} keeps chunks for the next message. Plain Java;
 * uses no other package of the project. The chunks themselves do not leave this package
 * but as buffers that a wire reads into or writes from.
 */
@NullMarked
package io.tcpecho.payload;

import org.jspecify.annotations.NullMarked;
