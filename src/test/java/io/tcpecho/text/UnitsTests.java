package io.tcpecho.text;

import java.time.temporal.ChronoUnit;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class UnitsTests {

	@ParameterizedTest
	@CsvSource({ "ns,NANOS", "us,MICROS", "ms,MILLIS", "s,SECONDS", "m,MINUTES", "h,HOURS", "d,DAYS" })
	void aUnitOfTimeIsKnownByItsSymbol(String symbol, ChronoUnit unit) {
		assertThat(Units.time(symbol)).isEqualTo(unit);
	}

	@ParameterizedTest
	@CsvSource({ "'',1", "B,1", "KB,1024", "MB,1048576", "GB,1073741824", "TB,1099511627776" })
	void aUnitOfSizeIsAPowerOf1024(String symbol, long bytes) {
		assertThat(Units.sizeInBytes(symbol)).isEqualTo(bytes);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "S", "min", "w" })
	void anotherUnitOfTimeIsRefused(String symbol) {
		assertThatThrownBy(() -> Units.time(symbol)).isInstanceOf(IllegalArgumentException.class)
			.hasMessage("'" + symbol + "' is none of ns, us, ms, s, m, h, d");
	}

	@ParameterizedTest
	@ValueSource(strings = { "kb", "K", "KiB", "PB" })
	void anotherUnitOfSizeIsRefused(String symbol) {
		assertThatThrownBy(() -> Units.sizeInBytes(symbol)).isInstanceOf(IllegalArgumentException.class)
			.hasMessage("'" + symbol + "' is none of B, KB, MB, GB, TB");
	}

}
