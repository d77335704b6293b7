package io.tcpecho.actuate;

import java.io.IOException;
import java.io.UncheckedIOException;

import org.apache.catalina.Context;
import org.apache.catalina.Valve;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.MediaType;

/**
 * Gives each error that has no body a {@link Problem} as its body: refused logins,
 * unknown metrics, and what Tomcat itself refuses.
 */
public class ProblemValve extends ErrorReportValve {

	/** Let an application report errors in this way only, without a page of its own. */
	static void replaceReports(Context application) {
		for (ErrorPage page : application.findErrorPages()) {
			application.removeErrorPage(page);
		}
		StandardHost host = (StandardHost) application.getParent();
		for (Valve valve : host.getPipeline().getValves()) {
			if (valve instanceof ErrorReportValve) {
				host.getPipeline().removeValve(valve);
			}
		}
		host.setErrorReportValveClass(ProblemValve.class.getName());
	}

	@Override
	protected void report(Request request, Response response, @Nullable Throwable throwable) {
		if (response.getStatus() < 400 || response.getContentWritten() > 0) {
			return;
		}
		byte[] body = JsonMapper.shared().writeValueAsBytes(Problem.of(request, response));
		try {
			response.resetBuffer(true);
			response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
			response.setContentLength(body.length);
			response.getOutputStream().write(body);
			response.finishResponse();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
