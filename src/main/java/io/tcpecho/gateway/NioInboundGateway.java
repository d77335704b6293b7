package io.tcpecho.gateway;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.ip.tcp.inbound.TcpInboundGateway;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.messaging.MessageHandler;

/**
 * The stock gateway with another way to get a reply: the messages of a
 * {@link GatewayServerConnection} name a reply channel that their connection keeps. The
 * stock gateway would create a channel for each message, and copy the headers once on the
 * way there and once on the way back.
 *
 * <p>
 * The flow must reply on the calling thread before it returns. A later reply is ignored
 * and the exchange fails. An exception of the flow goes to the connection; the gateway's
 * error channel, message history and observation are not used.
 */
public class NioInboundGateway extends TcpInboundGateway {

	/**
	 * Return a gateway that needs no application context. Its start starts the factory,
	 * too.
	 * @param factory has not started
	 * @param handler answers each request before it returns
	 */
	public static NioInboundGateway withoutContext(NioServerConnectionFactory factory, MessageHandler handler) {
		factory.setApplicationEventPublisher((event) -> {
		});
		StaticListableBeanFactory noBeans = new StaticListableBeanFactory();
		DirectChannel requests = new DirectChannel();
		requests.setBeanFactory(noBeans);
		requests.setBeanName("requests");
		requests.subscribe(handler);
		NioInboundGateway gateway = new NioInboundGateway();
		gateway.setBeanFactory(noBeans);
		gateway.setBeanName("gateway");
		gateway.setConnectionFactory(factory);
		gateway.setRequestChannel(requests);
		gateway.afterPropertiesSet();
		return gateway;
	}

	@Override
	protected @Nullable Message<?> sendAndReceiveMessage(Object object) {
		MessageChannel requests = getRequestChannel();
		if (requests != null && object instanceof Message<?> request
				&& request.getHeaders().getReplyChannel() instanceof ReplyChannel replies) {
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
	static final class ReplyChannel implements MessageChannel {

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
