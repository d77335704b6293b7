package io.tcpecho.server;

import io.tcpecho.lab.Lab;
import io.tcpecho.lab.LabAnswer;
import io.tcpecho.payload.RepeatedReply;

import org.springframework.messaging.Message;

/**
 * The service activator of a lab: answers a message as its first line asks.
 */
class LabHandler extends ReplyingHandler {

	private final Lab lab;

	LabHandler(Lab lab) {
		this.lab = lab;
	}

	@Override
	Object reply(Message<?> request) {
		LabAnswer answer = this.lab.answer(payload(request).toByteArray());
		return answer.isWhole() ? answer.piece() : new RepeatedReply(answer.piece(), answer.size());
	}

}
