package io.tcpecho.lab;

import java.time.Duration;

/**
 * What the first line of a connection may ask for.
 *
 * @param maxWait the longest wait before the reply, which is also the longest silence of
 * the client and the longest time for which an end is held back
 * @param maxReplyInBytes the longest reply of a given size
 * @param maxMessageInBytes the longest message that is echoed
 */
public record LabLimits(Duration maxWait, long maxReplyInBytes, int maxMessageInBytes) {

}
