package io.tcpecho.server;

import java.util.function.Consumer;

import io.tcpecho.echo.EchoService;
import io.tcpecho.payload.Payload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.integration.channel.QueueChannel;
import org.springframework.integration.handler.ReplyRequiredException;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHandlingException;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the service activator does with the answers of an echo service.
 */
class EchoHandlerTests {

	private final QueueChannel replies = new QueueChannel();

	@Test
	void whenTheServiceEchoesItsPayloadIsTheReplyWithoutACopy() {
		Payload message = Payload.of(new byte[] { 1, 2, 3 });
		handler(EchoService.identity()).handleMessage(message(message));
		assertThat(reply().getPayload()).isSameAs(message);
	}

	@Test
	void whenTheServiceEchoesItsArrayThatIsTheReplyWithoutACopy() {
		byte[] message = { 1, 2, 3 };
		handle((array) -> array, message);
		assertThat(bytes()).isSameAs(message);
	}

	@Test
	void whenAFlowHasMadeAnArrayOfTheMessageThatIsServed() {
		byte[] message = { 1, 2, 3 };
		handler(EchoService.identity()).handleMessage(message(message));
		assertThat(bytes()).isSameAs(message);
	}

	@Test
	void whenTheServiceAnswersAnotherArrayOfTheSameLengthThatIsTheReply() {
		handle((message) -> new byte[] { 9, 8 }, new byte[2]);
		assertThat(bytes()).containsExactly(9, 8);
	}

	@Test
	void whenAnEmptyMessageIsEchoedTheReplyIsEmpty() {
		handle(EchoService.identity(), new byte[0]);
		assertThat(bytes()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "3", "0" })
	void whenTheServiceAnswersNullItIsRefused(int length) {
		assertRefused((message) -> null, length, "The echo service answered null to a message of " + length + " bytes");
	}

	@ParameterizedTest
	@CsvSource({ "3, 2", "3, 4", "3, 0", "0, 1" })
	void whenTheServiceAnswersAnotherLengthItIsRefused(int length, int replyLength) {
		assertRefused((message) -> new byte[replyLength], length,
				"The echo service answered " + replyLength + " bytes to a message of " + length + " bytes");
	}

	@Test
	void whenTheServiceThrowsNothingIsRepliedAndTheCauseIsKept() {
		IllegalArgumentException failure = new IllegalArgumentException("broken");
		assertFails((message) -> {
			throw failure;
		}, 3, (cause) -> assertThat(cause).isSameAs(failure));
	}

	@Test
	void whenTheServiceThrowsAnErrorItIsNotHidden() {
		StackOverflowError failure = new StackOverflowError();
		EchoHandler handler = handler((message) -> {
			throw failure;
		});
		assertThatExceptionOfType(StackOverflowError.class)
			.isThrownBy(() -> handler.handleMessage(message(Payload.of(new byte[3]))))
			.isSameAs(failure);
		assertThat(this.replies.receive(0)).isNull();
	}

	@Test
	void whenAReplyWereMissingTheHandlerWouldRequireOne() {
		EchoHandler handler = new EchoHandler(EchoService.identity()) {

			@Override
			protected Message<Payload> handleRequestMessage(Message<?> requestMessage) {
				return null;
			}

		};
		prepare(handler);
		assertThatExceptionOfType(ReplyRequiredException.class)
			.isThrownBy(() -> handler.handleMessage(message(Payload.of(new byte[3]))));
	}

	private void assertRefused(EchoService service, int length, String message) {
		assertFails(service, length,
				(cause) -> assertThat(cause).isInstanceOf(IllegalStateException.class).hasMessage(message));
	}

	private void assertFails(EchoService service, int length, Consumer<Throwable> cause) {
		EchoHandler handler = handler(service);
		assertThatExceptionOfType(MessageHandlingException.class)
			.isThrownBy(() -> handler.handleMessage(message(Payload.of(new byte[length]))))
			.satisfies((failure) -> cause.accept(failure.getCause()));
		assertThat(this.replies.receive(0)).isNull();
	}

	private void handle(EchoService service, byte[] message) {
		handler(service).handleMessage(message(Payload.of(message)));
	}

	private Message<?> reply() {
		Message<?> reply = this.replies.receive(0);
		assertThat(reply).isNotNull();
		assertThat(this.replies.receive(0)).isNull();
		return reply;
	}

	private byte[] bytes() {
		return ((Payload) reply().getPayload()).toByteArray();
	}

	private Message<?> message(Object payload) {
		return MessageBuilder.withPayload(payload).setReplyChannel(this.replies).build();
	}

	private static EchoHandler handler(EchoService service) {
		return prepare(new EchoHandler(service));
	}

	private static EchoHandler prepare(EchoHandler handler) {
		handler.setBeanFactory(new DefaultListableBeanFactory());
		handler.afterPropertiesSet();
		return handler;
	}

}
