package io.tcpecho.server;

import io.tcpecho.lab.Lab;
import io.tcpecho.lab.LabAnswer;
import io.tcpecho.nio.RepeatedReply;

import org.springframework.integration.handler.AbstractReplyProducingMessageHandler;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;

/**
 * The service activator of a lab: answers a message as its first line asks.
 */
class LabHandler extends AbstractReplyProducingMessageHandler {

	private final Lab lab;

	LabHandler(Lab lab) {
		this.lab = lab;
		setRequiresReply(true);
	}

	@Override
	protected Message<?> handleRequestMessage(Message<?> requestMessage) {
		LabAnswer answer = this.lab.answer((byte[]) requestMessage.getPayload());
		return answer.isWhole() ? new GenericMessage<>(answer.piece(), NoHeaders.INSTANCE)
				: new GenericMessage<>(new RepeatedReply(answer.piece(), answer.size()), NoHeaders.INSTANCE);
	}

	@Override
	protected boolean shouldCopyRequestHeaders() {
		return false;
	}

}
