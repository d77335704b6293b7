package io.tcpecho.settings;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the process calls itself, for clients that ask which replica has answered. An
 * empty name is unknown.
 *
 * @param pod name of the pod, or of the machine. Empty: the name of the host
 * @param namespace namespace of the pod
 * @param service name of the service that leads to the pod
 * @param ingress name of the ingress or gateway before it
 * @param node name of the node that the pod runs on
 * @param zone zone of the node
 */
public record Identity(@DefaultValue("") String pod, @DefaultValue("") String namespace,
		@DefaultValue("") String service, @DefaultValue("") String ingress, @DefaultValue("") String node,
		@DefaultValue("") String zone) {

}
