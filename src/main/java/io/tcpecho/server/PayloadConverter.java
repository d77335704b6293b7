package io.tcpecho.server;

import java.nio.charset.StandardCharsets;
import java.util.Set;

import io.tcpecho.payload.Payload;
import org.jspecify.annotations.Nullable;

import org.springframework.core.convert.TypeDescriptor;
import org.springframework.core.convert.converter.GenericConverter;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.MessageConverter;

/**
 * Makes a {@code byte[]} or a {@code String} (UTF-8) of a message where a flow asks for
 * one: by the type of a parameter, or by the data type of a channel. Thread-safe.
 */
class PayloadConverter implements MessageConverter, GenericConverter {

	private static final Set<ConvertiblePair> TYPES = Set.of(new ConvertiblePair(Payload.class, byte[].class),
			new ConvertiblePair(Payload.class, String.class));

	@Override
	public @Nullable Object fromMessage(Message<?> message, Class<?> targetClass) {
		return convert(message.getPayload(), targetClass);
	}

	/** Return null: what a flow makes is a message already. */
	@Override
	public @Nullable Message<?> toMessage(Object payload, @Nullable MessageHeaders headers) {
		return null;
	}

	@Override
	public Set<ConvertiblePair> getConvertibleTypes() {
		return TYPES;
	}

	@Override
	public @Nullable Object convert(@Nullable Object source, TypeDescriptor sourceType, TypeDescriptor targetType) {
		return convert(source, targetType.getType());
	}

	private static @Nullable Object convert(@Nullable Object source, Class<?> target) {
		if (!(source instanceof Payload payload) || (target != byte[].class && target != String.class)) {
			return null;
		}
		byte[] bytes = payload.toByteArray();
		return (target == String.class) ? new String(bytes, StandardCharsets.UTF_8) : bytes;
	}

}
