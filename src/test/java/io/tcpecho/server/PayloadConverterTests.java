package io.tcpecho.server;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.UnaryOperator;

import io.tcpecho.payload.Payload;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.Test;

import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.dsl.IntegrationFlowBuilder;
import org.springframework.integration.dsl.context.IntegrationFlowContext;
import org.springframework.integration.endpoint.AbstractEndpoint;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a flow of a user may ask for instead of a payload: bytes or text.
 */
class PayloadConverterTests {

	@Test
	void aFlowThatTransformsBytesGetsAndRepliesBytes() {
		assertReply((flow) -> flow.transform(byte[].class, PayloadConverterTests::reversed), "abc", "cba");
	}

	@Test
	void aFlowThatTransformsTextGetsText() {
		assertReply(
				(flow) -> flow.transform(String.class, String::toUpperCase)
					.transform(String.class, (text) -> text.getBytes(StandardCharsets.UTF_8)),
				"gr\u00fcn", "GR\u00dcN");
	}

	@Test
	void aHandlerThatTakesBytesGetsBytes() {
		assertReply((flow) -> flow.handle(byte[].class, (bytes, headers) -> reversed(bytes)), "abc", "cba");
	}

	@Test
	void aChannelOfTextHasText() {
		assertReply((flow) -> flow.channel((channels) -> channels.direct().datatype(String.class))
			.handle((text, headers) -> ((String) text).toUpperCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8)),
				"abc", "ABC");
	}

	@Test
	void aFlowThatPassesThePayloadOnEchoes() {
		assertReply((flow) -> flow.handle(Payload.class, (payload, headers) -> payload), "abc", "abc");
	}

	@Test
	void theEchoServesWhatATransformerHasMade() {
		try (EchoServer server = EchoServer.framing("eof").start()) {
			DirectChannel bytes = server.context().getBean("echo.requests", DirectChannel.class);
			AbstractEndpoint echo = server.context().getBean("echo.echo", AbstractEndpoint.class);
			echo.stop();
			server.context()
				.getBean(IntegrationFlowContext.class)
				.registration(IntegrationFlow.from(bytes)
					.transform(byte[].class, PayloadConverterTests::reversed)
					.handle(server.context().getBean("echo.service", ListenerService.class).handler())
					.get())
				.register();
			assertThat(Peer.exchange(server.port(), "abc".getBytes(StandardCharsets.UTF_8)))
				.isEqualTo(new Reply("cba".getBytes(StandardCharsets.UTF_8), End.FIN));
		}
	}

	/** Put a flow in the place of the echo, and exchange a message with it. */
	private static void assertReply(UnaryOperator<IntegrationFlowBuilder> steps, String message, String reply) {
		try (EchoServer server = EchoServer.framing("eof").start()) {
			server.context().getBean("echo.echo", AbstractEndpoint.class).stop();
			DirectChannel requests = server.context().getBean("echo.requests", DirectChannel.class);
			server.context()
				.getBean(IntegrationFlowContext.class)
				.registration(steps.apply(IntegrationFlow.from(requests)).get())
				.register();
			assertThat(Peer.exchange(server.port(), message.getBytes(StandardCharsets.UTF_8)))
				.isEqualTo(new Reply(reply.getBytes(StandardCharsets.UTF_8), End.FIN));
		}
	}

	private static byte[] reversed(byte[] bytes) {
		byte[] reversed = new byte[bytes.length];
		for (int i = 0; i < bytes.length; i++) {
			reversed[i] = bytes[bytes.length - 1 - i];
		}
		return reversed;
	}

}
