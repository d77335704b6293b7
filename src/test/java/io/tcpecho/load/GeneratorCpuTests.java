package io.tcpecho.load;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a load takes of its own processor.
 */
class GeneratorCpuTests {

	@Test
	void whenNearlyAllOfTheTimeWasUsedTheGeneratorWasTheLimit() {
		assertThat(new GeneratorCpu(95, 100).isLimit()).isTrue();
		assertThat(new GeneratorCpu(95, 100).share()).isEqualTo(0.95);
		assertThat(new GeneratorCpu(80, 100).isLimit()).isFalse();
	}

	@Test
	void whenTheClocksDisagreeItIsNotMoreThanTheWholeProcessor() {
		assertThat(new GeneratorCpu(101, 100).share()).isEqualTo(1);
	}

	@Test
	void whenNothingIsKnownThereIsNoLimit() {
		assertThat(GeneratorCpu.NONE.isKnown()).isFalse();
		assertThat(GeneratorCpu.NONE.isLimit()).isFalse();
	}

	@Test
	void whenAThreadComputesItsTimeIsMeasured() {
		Supplier<GeneratorCpu> cpu = GeneratorCpu.begin();
		GeneratorCpu spent;
		do {
			spent = cpu.get();
		}
		while (spent.cpuNanos() < TimeUnit.MILLISECONDS.toNanos(20));
		assertThat(spent.nanos()).isPositive();
		assertThat(spent.share()).isBetween(0.0, 1.0);
	}

}
