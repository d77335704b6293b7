package io.tcpecho.probe.diagnosis;

import java.net.InetAddress;
import java.time.Duration;

import io.tcpecho.probe.Entrance;
import io.tcpecho.probe.Evidence.Setup;
import io.tcpecho.probe.MessageFormat;
import org.jspecify.annotations.Nullable;

/**
 * An exchange that an {@link Experiment} is to make. Immutable.
 *
 * @param name what is special about it
 * @param format the framing
 * @param size payload bytes
 * @param port the port
 * @param address the address; null until it is known
 * @param delay the time from the last byte to FIN
 * @param pauseBefore the time from the connect to the first byte
 * @param pauseWithin the time between the halves of the message
 * @param entrance what comes between the connect and the message
 */
record Trial(String name, MessageFormat format, int size, int port, @Nullable InetAddress address, Duration delay,
		Duration pauseBefore, Duration pauseWithin, Entrance entrance) {

	private static final MessageFormat LINE = MessageFormat.of("line");

	Trial to(InetAddress other) {
		return new Trial(this.name, this.format, this.size, this.port, other, this.delay, this.pauseBefore,
				this.pauseWithin, this.entrance);
	}

	Trial size(int other) {
		return new Trial(this.name, this.format, other, this.port, this.address, this.delay, this.pauseBefore,
				this.pauseWithin, this.entrance);
	}

	Trial delay(Duration other) {
		return new Trial(this.name, this.format, this.size, this.port, this.address, other, this.pauseBefore,
				this.pauseWithin, this.entrance);
	}

	Trial pauseBefore(Duration other) {
		return new Trial(this.name, this.format, this.size, this.port, this.address, this.delay, other,
				this.pauseWithin, this.entrance);
	}

	Trial pauseWithin(Duration other) {
		return new Trial(this.name, this.format, this.size, this.port, this.address, this.delay, this.pauseBefore,
				other, this.entrance);
	}

	Trial format(MessageFormat other) {
		return new Trial(this.name, other, this.size, this.port, this.address, Duration.ZERO, Duration.ZERO,
				Duration.ZERO, this.entrance);
	}

	Trial line(int other) {
		return new Trial(this.name, LINE, this.size, other, this.address, Duration.ZERO, this.pauseBefore,
				this.pauseWithin, this.entrance);
	}

	Trial withoutTls() {
		return new Trial(this.name, this.format, this.size, this.port, this.address, this.delay, this.pauseBefore,
				this.pauseWithin, this.entrance.withoutTls());
	}

	/** Return the time that it spends without a byte on purpose. */
	Duration pause() {
		return this.delay.plus(this.pauseBefore).plus(this.pauseWithin);
	}

	Setup setup(Duration timeout) {
		return new Setup(this.format.toString(), this.format.isEndedByFin(), this.format.sizeOnWire(this.size), timeout,
				this.delay, this.pauseBefore, this.pauseWithin)
			.by(this.entrance);
	}

}
