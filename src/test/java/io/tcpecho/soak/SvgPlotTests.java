package io.tcpecho.soak;

import java.util.List;

import io.tcpecho.soak.SvgPlot.Point;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SvgPlotTests {

	@Test
	void pointsAreJoinedFromTheLowerLeftToTheUpperRight() {
		assertThat(new SvgPlot(10, 5).line("line", List.of(new Point(0, 0), new Point(10, 5))).toString())
			.contains("<path class='line' d='M70.0 270.0L690.0 12.0'/>");
	}

	@Test
	void aPointWithoutAValueIsAGap() {
		List<Point> points = List.of(new Point(0, 0), new Point(5, Double.NaN), new Point(10, 0));
		assertThat(new SvgPlot(10, 5).line("line", points).toString())
			.contains("<path class='line' d='M70.0 270.0M690.0 270.0'/>");
	}

	@Test
	void theUpperEdgeIsARoundValueAboveTheLargest() {
		assertThat(new SvgPlot(10, 4.3).toString()).contains(">0<", ">1<", ">4<", ">5<").doesNotContain(">6<");
	}

}
