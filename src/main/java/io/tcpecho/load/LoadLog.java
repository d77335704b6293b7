package io.tcpecho.load;

import java.util.Map;

import org.HdrHistogram.PackedHistogram;

/**
 * What the log of a load holds.
 *
 * @param summary the results of the load
 * @param okNanos for each second the times of its exchanges that ended in OK, in
 * nanoseconds, by the number of the second; without those seconds that have none
 */
public record LoadLog(LoadSummary summary, Map<Long, PackedHistogram> okNanos) {

}
