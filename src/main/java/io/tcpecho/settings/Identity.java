package io.tcpecho.settings;

import org.jspecify.annotations.Nullable;

/**
 * What the process calls itself, for clients that ask which replica has answered. A name
 * that is not set is unknown.
 *
 * @param pod name of the pod, or of the machine. Unset: the name of the host
 * @param namespace namespace of the pod
 * @param service name of the service that leads to the pod
 * @param ingress name of the ingress or gateway before it
 * @param node name of the node that the pod runs on
 * @param zone zone of the node
 */
public record Identity(@Nullable String pod, @Nullable String namespace, @Nullable String service,
		@Nullable String ingress, @Nullable String node, @Nullable String zone) {

}
