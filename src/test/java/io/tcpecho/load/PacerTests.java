package io.tcpecho.load;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What wakes a load's loop when exchanges are due.
 */
class PacerTests {

	private final BlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();

	private final AtomicInteger woken = new AtomicInteger();

	@Test
	void whenTheLoopIsLateItFindsOneWakeUpAndNotEachThatItMissed() throws Exception {
		Pacer pacer = Pacer.start(100_000, this.loop::add, this.woken::incrementAndGet);
		try {
			for (int i = 1; i <= 100; i++) {
				Runnable next = this.loop.poll(10, TimeUnit.SECONDS);
				assertThat(next).isNotNull();
				assertThat(this.loop).isEmpty();
				next.run();
				assertThat(this.woken).hasValue(i);
			}
		}
		finally {
			pacer.stop();
		}
	}

	@Test
	void whenNoRateIsGivenNobodyIsWoken() {
		Pacer.start(0, this.loop::add, this.woken::incrementAndGet).stop();
		assertThat(this.loop).isEmpty();
	}

}
