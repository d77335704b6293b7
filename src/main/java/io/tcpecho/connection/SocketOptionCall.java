package io.tcpecho.connection;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The system call {@code getsockopt}, through the foreign-function API of Java 22 and
 * later. The classes of that API are looked up by name, because this class has to load on
 * Java 17, too. It needs two rights, which the manifest of tcp-echo.jar gives: native
 * access, without which it asks for nothing, so that the runtime prints no warning, and
 * the export of {@code sun.nio.ch}, where the number of a descriptor is. Thread-safe.
 */
final class SocketOptionCall {

	/** {@code IPPROTO_TCP} of Linux. */
	private static final int TCP_LEVEL = 6;

	/** {@code TCP_INFO} of Linux, on all architectures. */
	private static final int TCP_INFO = 11;

	/** Null where this process cannot make the call. */
	private static final @Nullable SocketOptionCall INSTANCE = find();

	private final MethodHandle getsockopt;

	private final MethodHandle descriptor;

	private final Method segmentOfBytes;

	private final Method segmentOfInts;

	private SocketOptionCall(MethodHandle getsockopt, MethodHandle descriptor, Class<?> segment)
			throws ReflectiveOperationException {
		this.getsockopt = getsockopt;
		this.descriptor = descriptor;
		this.segmentOfBytes = segment.getMethod("ofArray", byte[].class);
		this.segmentOfInts = segment.getMethod("ofArray", int[].class);
	}

	/**
	 * Return the first bytes of the option {@code TCP_INFO} of an open socket, null if
	 * there are fewer, or if the call cannot be made.
	 */
	static byte @Nullable [] tcpInfo(SocketChannel channel, int bytes) {
		return (INSTANCE != null) ? INSTANCE.read(channel, bytes) : null;
	}

	private byte @Nullable [] read(SocketChannel channel, int bytes) {
		byte[] value = new byte[bytes];
		int[] length = { bytes };
		try {
			Object result = this.getsockopt.invokeWithArguments(List.of(this.descriptor.invoke(channel), TCP_LEVEL,
					TCP_INFO, this.segmentOfBytes.invoke(null, value), this.segmentOfInts.invoke(null, length)));
			// A channel is closed before its descriptor is: an open one still had it.
			return (Integer.valueOf(0).equals(result) && length[0] == bytes && channel.isOpen()) ? value : null;
		}
		catch (Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			return null;
		}
	}

	private static @Nullable SocketOptionCall find() {
		if (!System.getProperty("os.name").equals("Linux") || !isNativeAccessEnabled()) {
			return null;
		}
		try {
			Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
			MethodHandle descriptor = MethodHandles.lookup()
				.findVirtual(Class.forName("sun.nio.ch.SelChImpl"), "getFDVal", MethodType.methodType(int.class));
			return new SocketOptionCall(getsockopt(segment),
					descriptor.asType(MethodType.methodType(Object.class, Object.class)), segment);
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			// A runtime that is built in another way.
			return null;
		}
	}

	private static boolean isNativeAccessEnabled() {
		try {
			Method method = Module.class.getMethod("isNativeAccessEnabled");
			return (boolean) method.invoke(SocketOptionCall.class.getModule());
		}
		catch (ReflectiveOperationException ex) {
			// Java 21 and earlier.
			return false;
		}
	}

	/** Return the call: int getsockopt(int, int, int, void *, socklen_t *). */
	private static MethodHandle getsockopt(Class<?> segment) throws ReflectiveOperationException {
		Class<?> layout = Class.forName("java.lang.foreign.MemoryLayout");
		Class<?> layouts = Class.forName("java.lang.foreign.ValueLayout");
		Class<?> descriptor = Class.forName("java.lang.foreign.FunctionDescriptor");
		Class<?> option = Class.forName("java.lang.foreign.Linker$Option");
		Class<?> linkers = Class.forName("java.lang.foreign.Linker");
		Object linker = linkers.getMethod("nativeLinker").invoke(null);
		Object lookup = linkers.getMethod("defaultLookup").invoke(linker);
		Object symbol = ((Optional<?>) Class.forName("java.lang.foreign.SymbolLookup")
			.getMethod("find", String.class)
			.invoke(lookup, "getsockopt")).orElseThrow();
		Object number = layouts.getField("JAVA_INT").get(null);
		Object address = layouts.getField("ADDRESS").get(null);
		Object arguments = array(layout, number, number, number, address, address);
		Object signature = descriptor.getMethod("of", layout, arguments.getClass()).invoke(null, number, arguments);
		// The arrays stay on the heap: the call is too short to hold up a collection.
		Object options = array(option, option.getMethod("critical", boolean.class).invoke(null, true));
		return (MethodHandle) linkers.getMethod("downcallHandle", segment, descriptor, options.getClass())
			.invoke(linker, symbol, signature, options);
	}

	private static Object array(Class<?> type, Object... elements) {
		Object array = Array.newInstance(type, elements.length);
		for (int i = 0; i < elements.length; i++) {
			Array.set(array, i, elements[i]);
		}
		return array;
	}

}
