/**
 * Where a message ends: one incremental {@link io.tcpecho.framing.FrameDecoder} for each
 * wire format, wrapped as a Spring Integration {@code Deserializer} and
 * {@code Serializer}. Knows no socket and no configuration properties, and uses only the
 * package {@code payload}.
 */
@NullMarked
package io.tcpecho.framing;

import org.jspecify.annotations.NullMarked;
