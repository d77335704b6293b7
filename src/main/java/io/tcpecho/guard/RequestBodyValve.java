package io.tcpecho.guard;

import java.io.IOException;
import java.nio.ByteBuffer;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.coyote.ContinueResponseTiming;
import org.apache.tomcat.util.buf.ByteChunk;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * Reads the body of a request before anything looks at the request. So a client that
 * sends a body slowly costs a waiting worker and no work: no check of a password, no
 * parser that fails when the connection is ended.
 */
public class RequestBodyValve extends ValveBase {

	/** The size of the largest body in bytes; endpoints take a few names and values. */
	private static final int MAX_SIZE = 64 * 1024;

	public RequestBodyValve() {
		super(true);
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		if (request.getContentLengthLong() > MAX_SIZE) {
			refuse(response);
			return;
		}
		if (request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null) {
			ByteChunk body = new ByteChunk();
			if (!read(request, body)) {
				refuse(response);
				return;
			}
			request.getCoyoteRequest().action(ActionCode.REQ_SET_BODY_REPLAY, body);
		}
		getNext().invoke(request, response);
	}

	private static void refuse(Response response) throws IOException {
		response.sendError(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE,
				"The body is larger than " + MAX_SIZE + " bytes");
	}

	/** Read the body, and return whether it is within the limit. */
	private static boolean read(Request request, ByteChunk body) throws IOException {
		org.apache.coyote.Request connection = request.getCoyoteRequest();
		connection.action(ActionCode.ACK, ContinueResponseTiming.ALWAYS);
		Part part = new Part();
		while (connection.doRead(part) >= 0) {
			ByteBuffer bytes = part.getByteBuffer();
			if (body.getLength() + bytes.remaining() > MAX_SIZE) {
				return false;
			}
			body.append(bytes);
		}
		return true;
	}

	/** Holds the bytes that one read has given. */
	private static final class Part implements ApplicationBufferHandler {

		private ByteBuffer bytes = ByteBuffer.allocate(0);

		@Override
		public void setByteBuffer(ByteBuffer buffer) {
			this.bytes = buffer;
		}

		@Override
		public ByteBuffer getByteBuffer() {
			return this.bytes;
		}

		@Override
		public void expand(int size) {
			// The bytes are those of the connection's buffer.
		}

	}

}
