package io.tcpecho.settings;

import java.util.List;

import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * The check that the heap suffices for a start. It comes before anything that needs
 * memory: with less, the start ends in an {@code OutOfMemoryError} at any place, or takes
 * minutes for collections.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class SmallestHeap implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

	/** What -Xmx24m leaves with the serial collector. */
	static final long SMALLEST_IN_BYTES = 22 * 1024 * 1024;

	@Override
	public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
		check(Runtime.getRuntime().maxMemory());
	}

	static void check(long maxHeap) {
		if (maxHeap < SMALLEST_IN_BYTES) {
			throw new ConfigurationRefusedException(List.of("the maximum heap is " + maxHeap
					+ " bytes, and must be at least " + SMALLEST_IN_BYTES + " (-Xmx24m)"));
		}
	}

}
