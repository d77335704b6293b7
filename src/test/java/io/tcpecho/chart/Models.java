package io.tcpecho.chart;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.gatewayapi.v1alpha2.TCPRoute;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1CronJob;
import io.kubernetes.client.openapi.models.V1DaemonSet;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;

/**
 * The official models of the kinds that the chart makes: they refuse unknown fields,
 * missing ones and such of a wrong type.
 */
final class Models {

	private static final ObjectMapper MAPPER = JsonMapper.builder()
		.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.annotationIntrospector(new NothingUnknown())
		.build();

	private static final Map<String, Model> MODELS = Map.ofEntries(Map.entry("v1/ConfigMap", V1ConfigMap::fromJson),
			Map.entry("v1/Pod", V1Pod::fromJson), Map.entry("v1/Secret", V1Secret::fromJson),
			Map.entry("v1/Service", V1Service::fromJson), Map.entry("v1/ServiceAccount", V1ServiceAccount::fromJson),
			Map.entry("apps/v1/Deployment", V1Deployment::fromJson),
			Map.entry("apps/v1/DaemonSet", V1DaemonSet::fromJson), Map.entry("batch/v1/CronJob", V1CronJob::fromJson),
			Map.entry("batch/v1/Job", V1Job::fromJson),
			Map.entry("autoscaling/v2/HorizontalPodAutoscaler", V2HorizontalPodAutoscaler::fromJson),
			Map.entry("networking.k8s.io/v1/NetworkPolicy", V1NetworkPolicy::fromJson),
			Map.entry("autoscaling.k8s.io/v1/VerticalPodAutoscaler",
					(json) -> MAPPER.readValue(json, VerticalPodAutoscaler.class)),
			Map.entry("policy/v1/PodDisruptionBudget", V1PodDisruptionBudget::fromJson),
			Map.entry("gateway.networking.k8s.io/v1alpha2/TCPRoute", (json) -> MAPPER.readValue(json, TCPRoute.class)),
			Map.entry("monitoring.coreos.com/v1/PodMonitor", (json) -> MAPPER.readValue(json, PodMonitor.class)),
			Map.entry("monitoring.coreos.com/v1/PrometheusRule",
					(json) -> MAPPER.readValue(json, PrometheusRule.class)),
			Map.entry("monitoring.coreos.com/v1/ServiceMonitor",
					(json) -> MAPPER.readValue(json, ServiceMonitor.class)));

	private Models() {
	}

	/**
	 * Read a manifest into its model.
	 * @throws AssertionError if there is no model of that version and kind
	 * @throws Exception if the model does not take it
	 */
	static Object read(Manifest manifest) throws Exception {
		String kind = manifest.text("apiVersion") + "/" + manifest.kind();
		Model model = MODELS.get(kind);
		if (model == null) {
			throw new AssertionError("no model of " + kind);
		}
		return model.read(manifest.json());
	}

	private interface Model {

		Object read(String json) throws IOException;

	}

	/** What the kind of the autoscaler project has, of which there is no model. */
	private record VerticalPodAutoscaler(String apiVersion, String kind, V1ObjectMeta metadata, Spec spec) {

		private record Spec(TargetRef targetRef, UpdatePolicy updatePolicy, ResourcePolicy resourcePolicy) {
		}

		private record TargetRef(String apiVersion, String kind, String name) {
		}

		private record UpdatePolicy(String updateMode, Integer minReplicas) {
		}

		private record ResourcePolicy(List<ContainerPolicy> containerPolicies) {
		}

		private record ContainerPolicy(String containerName, String mode, Map<String, String> minAllowed,
				Map<String, String> maxAllowed, List<String> controlledResources, String controlledValues) {
		}

	}

	/**
	 * Leaves out the property that would take all that a model of fabric8 does not know.
	 */
	private static final class NothingUnknown extends JacksonAnnotationIntrospector {

		private static final long serialVersionUID = 1L;

		@Override
		public Boolean hasAnySetter(Annotated annotated) {
			return false;
		}

	}

}
