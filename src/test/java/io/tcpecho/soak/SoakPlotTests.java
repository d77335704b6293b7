package io.tcpecho.soak;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;

import io.tcpecho.soak.SvgPlot.Point;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

import static org.assertj.core.api.Assertions.assertThat;

class SoakPlotTests {

	@Test
	void plotsAreOneBelowTheOtherInOneDocument() throws Exception {
		String svg = new SoakPlot(10).line("Threads", List.of(new Point(0, 30), new Point(10, 31)))
			.marks("SIGTERM", List.of(2.5))
			.toString();
		Document document = DocumentBuilderFactory.newInstance()
			.newDocumentBuilder()
			.parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
		assertThat(document.getDocumentElement().getAttribute("viewBox")).isEqualTo("0 0 720 648");
		assertThat(svg).contains("<svg y='24'", "<svg y='348'", ">SIGTERM<", "L690.0");
	}

}
