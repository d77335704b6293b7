package io.tcpecho.framing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What goes out: header, payload, trailer.
 */
class FrameSerializerTests {

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "two\nlines\n" })
	void whenUnframedThePayloadIsAllThatIsWritten(String payload) throws IOException {
		assertThat(serialize(FrameSerializer.UNFRAMED, payload)).isEqualTo(payload);
		assertThat(FrameSerializer.UNFRAMED.header(payload.length())).isEmpty();
		assertThat(FrameSerializer.UNFRAMED.trailer()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "a\r" })
	void whenALineIsWrittenALineFeedFollows(String payload) throws IOException {
		assertThat(serialize(FrameSerializer.LINE_FEED, payload)).isEqualTo(payload + "\n");
		assertThat(FrameSerializer.LINE_FEED.header(payload.length())).isEmpty();
		assertThat(FrameSerializer.LINE_FEED.trailer()).containsExactly('\n');
	}

	@ParameterizedTest
	@EnumSource(Framing.class)
	void theWholeFrameIsItsThreeParts(Framing framing) throws IOException {
		FrameSerializer serializer = framing.serializer();
		byte[] payload = { 1, 2, 3 };
		ByteArrayOutputStream parts = new ByteArrayOutputStream();
		parts.write(serializer.header(payload.length));
		parts.write(payload);
		parts.write(serializer.trailer());
		ByteArrayOutputStream frame = new ByteArrayOutputStream();
		serializer.serialize(payload, frame);
		assertThat(frame.toByteArray()).isEqualTo(parts.toByteArray());
	}

	@Test
	void theFramingsNameTheirSerializers() {
		assertThat(Framing.EOF.serializer()).isSameAs(FrameSerializer.UNFRAMED);
		assertThat(Framing.LINE.serializer()).isSameAs(FrameSerializer.LINE_FEED);
	}

	private static String serialize(FrameSerializer serializer, String payload) throws IOException {
		ByteArrayOutputStream frame = new ByteArrayOutputStream();
		serializer.serialize(payload.getBytes(StandardCharsets.US_ASCII), frame);
		return frame.toString(StandardCharsets.US_ASCII);
	}

}
