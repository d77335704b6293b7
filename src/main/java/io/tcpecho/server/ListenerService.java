package io.tcpecho.server;

import java.util.List;

import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.echo.EchoService;
import io.tcpecho.framing.AtOnceDeserializer;
import io.tcpecho.framing.DiscardDeserializer;
import io.tcpecho.framing.EofTerminatedDeserializer;
import io.tcpecho.framing.FrameDeserializer;
import io.tcpecho.lab.Lab;
import io.tcpecho.lab.LabLimits;
import io.tcpecho.lab.LabRows;
import io.tcpecho.settings.ListenerSettings;
import io.tcpecho.settings.ServerSettings;
import io.tcpecho.settings.TcpEchoProperties.OnOversize;
import io.tcpecho.wire.Wire;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanRegistry.SupplierContext;
import org.springframework.messaging.MessageHandler;

/**
 * The service of one listener, as its connections need it: where a message ends, what
 * answers it, and which layers the service puts on the wire. There is one for each
 * listener.
 */
interface ListenerService {

	/**
	 * Return what finds the end of a message; null for that of the listener's framing.
	 */
	default @Nullable FrameDeserializer deserializer() {
		return null;
	}

	/** Return the handler that answers messages; null if there are none. */
	@Nullable MessageHandler handler();

	/** Return the layers that the service puts on those of the listener. */
	default List<Wire.Layer> layers() {
		return List.of();
	}

	/** Return what the service has to be told of its connections. */
	default List<ListenerObserver> observers() {
		return List.of();
	}

	/** Return the service that a listener is configured to have. */
	static ListenerService of(ListenerSettings settings, SupplierContext context) {
		return switch (settings.service()) {
			case ECHO -> new Echo(settings, context.bean(EchoService.class));
			case DISCARD -> new Discard();
			case LAB -> Laboratory.of(settings, context);
			case INFO -> Information.of(context);
		};
	}

	/** Answers each message with the same bytes. */
	record Echo(ListenerSettings settings, EchoService echoService) implements ListenerService {

		@Override
		public @Nullable FrameDeserializer deserializer() {
			return (this.settings.onOversize() == OnOversize.TRUNCATE)
					? new EofTerminatedDeserializer(this.settings.maxMessageSizeInBytes(), true) : null;
		}

		@Override
		public MessageHandler handler() {
			return new EchoHandler(this.echoService);
		}

	}

	/** Takes whatever comes, and answers nothing (RFC 863). */
	record Discard() implements ListenerService {

		@Override
		public FrameDeserializer deserializer() {
			return new DiscardDeserializer();
		}

		@Override
		public @Nullable MessageHandler handler() {
			return null;
		}

	}

	/** Tells each connection at once what is known of it. */
	record Information(InfoHandler handler) implements ListenerService {

		static Information of(SupplierContext context) {
			return new Information(new InfoHandler(context.bean(ServerSettings.class).identity(),
					context.bean(IdentityLine.class), context.bean(SocketTable.class)));
		}

		@Override
		public FrameDeserializer deserializer() {
			return new AtOnceDeserializer();
		}

	}

	/** Does what the first line of a connection asks for. */
	record Laboratory(Lab lab) implements ListenerService {

		static Laboratory of(ListenerSettings settings, SupplierContext context) {
			LabLimits limits = new LabLimits(settings.lab().maxWait(), settings.lab().maxReply().toBytes(),
					settings.maxMessageSizeInBytes());
			return new Laboratory(
					new Lab(limits, context.beanProvider(LabRows.class).getIfAvailable(() -> LabRows.NONE)));
		}

		@Override
		public FrameDeserializer deserializer() {
			return this.lab.deserializer();
		}

		@Override
		public MessageHandler handler() {
			return new LabHandler(this.lab);
		}

		@Override
		public List<Wire.Layer> layers() {
			return List.of(this.lab.layer());
		}

		@Override
		public List<ListenerObserver> observers() {
			return List.of(this.lab.observer());
		}

	}

}
