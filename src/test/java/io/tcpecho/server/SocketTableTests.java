package io.tcpecho.server;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How often the kernel is asked about connections.
 */
class SocketTableTests {

	private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 7);

	private final SocketTable table = new SocketTable(this.nanos::get);

	@Test
	void inASecondTheTableIsReadTenTimes() {
		for (int second = 0; second < 3; second++) {
			for (int i = 0; i < SocketTable.MAX_READS; i++) {
				assertThat(this.table.mayRead()).isTrue();
			}
			this.nanos.addAndGet(TimeUnit.SECONDS.toNanos(1) - 1);
			assertThat(this.table.mayRead()).isFalse();
			this.nanos.incrementAndGet();
		}
	}

}
