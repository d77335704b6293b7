package io.tcpecho.actuate;

import org.springframework.boot.actuate.endpoint.Producible;
import org.springframework.http.MediaType;
import org.springframework.util.MimeType;

/**
 * The formats of {@code /actuator/probe}; the header Accept of a request chooses one.
 */
enum ProbeFormat implements Producible<ProbeFormat> {

	/** JSON with everything that is known. */
	JSON(MediaType.APPLICATION_JSON),

	/** Prometheus' text format, also for a client that accepts everything. */
	TEXT(MimeType.valueOf("text/plain;version=0.0.4;charset=utf-8")) {

		@Override
		public boolean isDefault() {
			return true;
		}

	};

	private final MimeType mimeType;

	ProbeFormat(MimeType mimeType) {
		this.mimeType = mimeType;
	}

	@Override
	public MimeType getProducedMimeType() {
		return this.mimeType;
	}

}
