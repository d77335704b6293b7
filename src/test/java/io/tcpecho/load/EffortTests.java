package io.tcpecho.load;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a load takes of its own processor.
 */
class EffortTests {

	@Test
	void whenNearlyAllOfTheTimeWasUsedTheGeneratorWasTheLimit() {
		assertThat(new Effort(95, 100).isLimit()).isTrue();
		assertThat(new Effort(95, 100).share()).isEqualTo(0.95);
		assertThat(new Effort(80, 100).isLimit()).isFalse();
	}

	@Test
	void whenTheClocksDisagreeItIsNotMoreThanTheWholeProcessor() {
		assertThat(new Effort(101, 100).share()).isEqualTo(1);
	}

	@Test
	void whenNothingIsKnownThereIsNoLimit() {
		assertThat(Effort.NONE.isKnown()).isFalse();
		assertThat(Effort.NONE.isLimit()).isFalse();
	}

	@Test
	void whenAThreadComputesThatIsItsEffort() {
		Supplier<Effort> effort = Effort.begin();
		Effort spent;
		do {
			spent = effort.get();
		}
		while (spent.cpuNanos() < TimeUnit.MILLISECONDS.toNanos(20));
		assertThat(spent.nanos()).isPositive();
		assertThat(spent.share()).isBetween(0.0, 1.0);
	}

}
