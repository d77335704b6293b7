package io.tcpecho.probe;

import java.util.concurrent.TimeUnit;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.connection.KernelSocket;

/**
 * Looks for a RST after both FINs. The socket is closed, so only the kernel can tell:
 * what is in TIME_WAIT stays there for a minute, but for a RST, which removes it. On the
 * loop's thread only.
 */
final class ResetWatch {

	private static final long STEP_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	private final EventLoop loop;

	private final Recorder recorder;

	private final Runnable done;

	/**
	 * Prepare to look.
	 * @param recorder knows the socket, and takes note of a RST
	 * @param done called at the end, perhaps before {@link #until} has returned
	 */
	ResetWatch(EventLoop loop, Recorder recorder, Runnable done) {
		this.loop = loop;
		this.recorder = recorder;
		this.done = done;
	}

	/**
	 * Look until then.
	 * @param until a {@link System#nanoTime()}
	 */
	void until(long until) {
		look(until, false);
	}

	/**
	 * Look once more.
	 * @param seen whether the kernel had the socket in TIME_WAIT when it was asked before
	 */
	private void look(long until, boolean seen) {
		KernelSocket socket = this.recorder.kernelSocket();
		boolean waiting = socket != null && socket.state() == KernelSocket.TIME_WAIT;
		if (seen && socket == null) {
			this.recorder.reset();
		}
		if (waiting && System.nanoTime() - until < 0) {
			this.loop.schedule(STEP_IN_NANOS, () -> look(until, true));
		}
		else {
			this.done.run();
		}
	}

}
