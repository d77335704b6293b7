package io.tcpecho.nio;

import org.jspecify.annotations.Nullable;

import org.springframework.integration.ip.tcp.inbound.TcpInboundGateway;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageDeliveryException;

/**
 * The stock gateway but for how it gets a reply: the messages of a
 * {@link NioServerConnection} name a reply channel of their connection, so none has to be
 * made for each, with a copy of the headers on the way there and one on the way back.
 *
 * <p>
 * The flow has to reply before it returns, on whatever thread the gateway is called; a
 * reply that is missing then is missing. An error channel, message history and
 * observation belong to the stock way: here what the flow throws goes to the connection.
 */
public class NioInboundGateway extends TcpInboundGateway {

	@Override
	protected @Nullable Message<?> sendAndReceiveMessage(Object object) {
		MessageChannel requests = getRequestChannel();
		if (requests != null && object instanceof Message<?> request
				&& request.getHeaders().getReplyChannel() instanceof ReplySlot replies) {
			if (!requests.send(request)) {
				throw new MessageDeliveryException(request, "The request channel did not take the message");
			}
			return replies.take();
		}
		return super.sendAndReceiveMessage(object);
	}

	/**
	 * Takes the reply to the one message that a connection has in service.
	 */
	static final class ReplySlot implements MessageChannel {

		private volatile @Nullable Message<?> reply;

		@Override
		public boolean send(Message<?> message, long timeout) {
			this.reply = message;
			return true;
		}

		private @Nullable Message<?> take() {
			Message<?> taken = this.reply;
			this.reply = null;
			return taken;
		}

	}

}
