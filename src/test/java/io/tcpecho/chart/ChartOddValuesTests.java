package io.tcpecho.chart;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Odd values, as users write them: what the cluster or the server would refuse later is
 * refused by name, and what works is taken.
 */
class ChartOddValuesTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					profiles[0]=dev                                          | profiles names dev, which listens on loopback only
					profiles[0]=kubernetes profiles[1]=production            | profiles names production, and nothing belongs to it
					config.server.address=127.0.0.1                          | config.server.address is set: the probes need management on all addresses
					config.server\\.port=9999                                 | config.server.port is set: use management.port
					config.SERVER.Port=9999                                  | config.SERVER.Port is set: use management.port
					config.tcp-echo\\.drain\\.timeout=60s                       | config.tcp-echo.drain.timeout is set: use drain
					config.tcpEcho.listeners.mine.port=9                     | config.tcpEcho.listeners.mine.port is set: use listeners
					config.tcp_echo.listeners\\[mine\\].port=9                 | is set: use listeners
					config.tcp-echo=x                                        | config.tcp-echo is set, and tcpecho holds further keys: write it as a map
					config.server=x                                          | config.server is set, and server holds further keys: write it as a map
					config.server.ssl.enabled=true                           | config.server.ssl.enabled is set: the probes need management without TLS
					config.server.servlet.context-path=/x                    | config.server.servlet.context-path is set
					config.management.server.port=9                          | config.management.server.port is set: use management.port
					config.management.endpoints.web.base-path=/x             | config.management.endpoints.web.base-path is set
					config.management.endpoint.health.probes.enabled=false   | config.management.endpoint.health.probes.enabled is set
					config.spring.main.web-application-type=none             | config.spring.main.web-application-type is set
					config.spring.profiles.active=x                          | config.spring.profiles.active is set: use profiles
					extraArgs[0]=--server.port=9999                          | extraArgs has --server.port=9999: use management.port
					extraArgs[0]=--tcpEcho.listeners.eof.port=9              | extraArgs has --tcpEcho.listeners.eof.port=9: use listeners
					extraArgs[0]=--spring.profiles.active=x                  | extraArgs has --spring.profiles.active=x: use profiles
					extraEnv[0].name=TCPECHO_LISTENERS_EOF_PORT extraEnv[0].value=9 | extraEnv names TCPECHO_LISTENERS_EOF_PORT: use listeners
					extraEnv[0].name=TCPECHO_DRAIN_TIMEOUT extraEnv[0].value=9s | extraEnv names TCPECHO_DRAIN_TIMEOUT: use drain
					extraEnv[0].name=SERVER_PORT extraEnv[0].value=9         | extraEnv names SERVER_PORT, which the chart sets
					extraEnv[0].name=SPRING_PROFILES_ACTIVE extraEnv[0].value=x | extraEnv names SPRING_PROFILES_ACTIVE, which the chart sets
					extraEnv[0].name=JDK_JAVA_OPTIONS extraEnv[0].value=x    | extraEnv names JDK_JAVA_OPTIONS, which the chart sets
					extraEnv[0].name=SPRING_APPLICATION_JSON extraEnv[0].value=x | extraEnv names SPRING_APPLICATION_JSON: use config
					extraEnv[0].name=A extraEnv[0].value=x extraEnv[1].name=A extraEnv[1].value=y | extraEnv names A twice
					jvmOptions=-XX:+UseG1GC                                  | jvmOptions has -XX:+UseG1GC, and the image fixes -XX:+UseSerialGC
					jvmOptions=-Xmx100m\\ -XX:+UseZGC                          | jvmOptions has -XX:+UseZGC
					jvmOptions=-XX:-UseSerialGC                              | jvmOptions has -XX:-UseSerialGC
					jvmOptions=-XX:+UseCompactObjectHeaders                  | jvmOptions has -XX:+UseCompactObjectHeaders, with which the cache of the image cannot be used
					jvmOptions=-XX:AOTMode=off                               | jvmOptions has -XX:AOTMode=off
					jvmOptions=-jar                                          | jvmOptions has -jar, which JDK_JAVA_OPTIONS cannot have
					jvmOptions=-Xmx1g                                        | jvmOptions has -Xmx1g, more than resources.limits.memory, 512Mi
					existingConfigMap=mine config.a.b=c                      | existingConfigMap is mine, and config would be ignored
					existingConfigMap=mine maxBuffered=1MB                   | existingConfigMap is mine, and maxBuffered would be ignored
					existingConfigMap=mine bufferWait=1s                     | existingConfigMap is mine, and bufferWait would be ignored
					existingConfigMap=My_Map                                 | existingConfigMap is My_Map: a name has a-z, 0-9, dots and dashes
					listeners.eof.timeouts.idle=2m                           | listeners.eof.timeouts.idle is 2m, longer than its timeouts.message, 60s
					listeners.eof.timeouts.message=500ms                     | listeners.eof.timeouts.idle is 30s, longer than its timeouts.message, 500ms
					listeners.fixed.enabled=true listeners.fixed.fixedLength=6KB | listeners.fixed.fixedLength is 6KB, more than its maxMessageSize, 5KB
					listeners.eof.address=127.0.0.1                          | listeners.eof.address is 127.0.0.1, which no other pod can connect to
					listeners.eof.tcpRoute.parentRefs[0].nmae=x              | name
					maxBuffered=10GB                                         | maxBuffered is 10GB, more than half of resources.limits.memory, 512Mi
					updateStrategy.type=OnDelete                             | updateStrategy.type is OnDelete: a Deployment has RollingUpdate or Recreate
					kind=DaemonSet updateStrategy.type=Recreate              | updateStrategy.type is Recreate: a DaemonSet has RollingUpdate or OnDelete
					kind=StatefulSet                                         | value must be one of 'Deployment', 'DaemonSet'
					kind=DaemonSet autoscaling.enabled=true                  | autoscaling.enabled is true, and a DaemonSet has a pod on each node
					updateStrategy.rollingUpdate.maxSurge=0                  | maxSurge and maxUnavailable are both 0: no pod could be replaced
					service.type=NodePort service.clusterIP=None             | service.clusterIP is None, which service.type NodePort cannot have
					service.ipFamilyPolicy=SingleStack service.ipFamilies[0]=IPv4 service.ipFamilies[1]=IPv6 | service.ipFamilyPolicy is SingleStack, and service.ipFamilies names 2 families
					resources.requests.memory=1Gi                            | resources.requests.memory is 1Gi, more than its limit, 512Mi
					resources.requests.cpu=2 resources.limits.cpu=1500m      | resources.requests.cpu is 2, more than its limit, 1500m
					tests.resources.requests.memory=1Gi                      | tests.resources.requests.memory is 1Gi, more than its limit, 256Mi
					fullnameOverride=Echo_Lab                                | at '/fullnameOverride': 'Echo_Lab' does not match pattern
					fullnameOverride=7echo                                   | at '/fullnameOverride': '7echo' does not match pattern
					nameOverride=Echo                                        | at '/nameOverride': 'Echo' does not match pattern
					namespaceOverride=My_Space                               | at '/namespaceOverride': 'My_Space' does not match pattern
					operator.existingSecret=My_Secret                        | operator.existingSecret is My_Secret: a name has a-z, 0-9, dots and dashes
					existingSecret=My_Secret                                 | existingSecret is My_Secret: a name has a-z, 0-9, dots and dashes
					hostNetwork=true                                         | hostNetwork is true, and updateStrategy.rollingUpdate.maxSurge is 1
					hostNetwork=true updateStrategy.type=Recreate listeners.eof.port=7 | listeners.eof.port is 7, and with hostNetwork a user that is not root cannot listen below 1024
					podDisruptionBudget.enabled=true podDisruptionBudget.minAvailable=5 | podDisruptionBudget.minAvailable is 5, and there are 2 pods
					podDisruptionBudget.enabled=true podDisruptionBudget.minAvailable=100% | podDisruptionBudget.minAvailable is 100%: no pod might ever go
					podDisruptionBudget.enabled=true podDisruptionBudget.maxUnavailable=0 | podDisruptionBudget.maxUnavailable is 0: no pod might ever go
					podDisruptionBudget.enabled=true podDisruptionBudget.minAvailable=1 replicaCount=1 | podDisruptionBudget.minAvailable is 1, and there are 1 pods
					podDisruptionBudget.enabled=true podDisruptionBudget.minAvailable=2 autoscaling.enabled=true | podDisruptionBudget.minAvailable is 2, and there are 2 pods
					service.externalTrafficPolicy=Local                      | service.externalTrafficPolicy is Local, which service.type ClusterIP does not have
					service.loadBalancerIP=192.0.2.1                         | service.loadBalancerIP is set, which service.type ClusterIP does not have
					service.loadBalancerSourceRanges[0]=192.0.2.0/24 service.type=NodePort | service.loadBalancerSourceRanges is set, which service.type NodePort does not have
					service.loadBalancerClass=x                              | service.loadBalancerClass is set, which service.type ClusterIP does not have
					service.allocateLoadBalancerNodePorts=false              | service.allocateLoadBalancerNodePorts is false, which service.type ClusterIP does not have
					service.trafficDistribution=PreferClose service.internalTrafficPolicy=Local | service.trafficDistribution is PreferClose, which service.internalTrafficPolicy Local leaves without effect
					podDisruptionBudget.enabled=true kind=DaemonSet          | podDisruptionBudget.enabled is true, and a DaemonSet has a pod on each node, which the drain of the node leaves there
					tests.targets.line[0]=gateway:7                          | tests.targets names line, which is no listener that helm test probes
					tests.targets.eof[0]=gateway                             | tests.targets.eof has gateway, which is not HOST:PORT
					tests.targets.eof[0]=2001:db8::1:7                       | tests.targets.eof has 2001:db8::1:7, which is not HOST:PORT
					tests.eachNode=true tests.nodes[0]=a                     | tests.eachNode is true, and tests.nodes names nodes: set one of them
					canary.enabled=true                                      | canary.enabled is true, and canary.targets is empty
					canary.enabled=true canary.targets[0]=gateway            | canary.targets has gateway, which is not HOST:PORT
					canary.args[0]=--count=7                                 | canary.args has --count=7, which the chart sets: use canary.count, interval, framing or size
					canary.args[0]=gateway:7                                 | canary.args has gateway:7: an option and its value are one word
					canary.kind=Job                                          | at '/canary/kind': value must be one of 'CronJob', 'Deployment'
					load.enabled=true                                        | load.enabled is true, and load.target is empty
					load.target=gateway                                      | load.target is gateway, which is not HOST:PORT
					load.duration=0ms                                        | load.duration is 0ms: nothing would be measured
					load.args[0]=--rate=7                                    | load.args has --rate=7, which the chart sets: use load.framing, sizes, connections, rate, warmup or duration
					load.args[0]=-c7                                         | load.args has -c7, which the chart sets
					load.args[0]=--hlog=/tmp/a.hlog                          | load.args has --hlog=/tmp/a.hlog: the log of each pod is what load merge reads
					load.args[0]=--json                                      | load.args has --json: the log of each pod is what load merge reads
					load.args[0]=gateway:7                                   | load.args has gateway:7: an option and its value are one word
					load.pods=0                                              | at '/load/pods': minimum: got 0, want 1
					load.pods=1001                                           | at '/load/pods': maximum: got 1,001, want 1,000
					load.sizes[0]=5kb                                        | at '/load/sizes/0'
					load.ttlSecondsAfterFinished=0                           | at '/load/ttlSecondsAfterFinished': minimum: got 0, want 60
					monitor.mesh.listener=line                               | monitor.mesh.listener is line, and monitor.mesh.enabled is false
					monitor.mesh.enabled=true monitor.mesh.listener=line     | monitor.mesh.listener, "line", is no enabled listener of service echo
					monitor.mesh.enabled=true listeners.eof.enabled=false listeners.lab.enabled=true tests.enabled=false | monitor.mesh.listener, "", is no enabled listener of service echo
					monitor.mesh.enabled=true monitor.targets.mesh.target=a:7 | monitor.targets has mesh, the name of the target that monitor.mesh.enabled makes
					monitor.mesh.enabled=true service.headless.enabled=true service.headless.publishNotReadyAddresses=true | with monitor.mesh.enabled a pod that starts or drains would be a failure
					monitor.mesh.enabled=true tests.enabled=false listeners.eof.tls.secretName=t listeners.eof.tls.clientAuth=need | listeners.eof.tls.clientAuth is need, and the mesh has no certificate
					monitor.mesh.enabled=true listeners.eof.greeting=hi      | listeners.eof.greeting is set, which the mesh does not expect
					monitor.mesh.enabled=true tests.enabled=false listeners.eof.proxyProtocol.mode=required listeners.eof.proxyProtocol.from[0]=10.0.0.0/8 | listeners.eof.proxyProtocol takes connections from 10.0.0.0/8 only, where the other pods are not
					monitor.targets.a.target=a:7 monitor.targets.a.timeout=31s | monitor.targets.a.timeout is 31s, longer than its interval, 30s
					monitor.targets.a.intervall=1s                           | at '/monitor/targets/a': additional properties 'intervall' not allowed
					monitor.targets.A.target=a:7                             | 'A' does not match pattern
					monitor.targets.a.target=a:7 networkPolicy.enabled=true  | monitor.targets is set, and networkPolicy.egress lets the pods connect to nothing
					monitor.allow[0]=10.0.0.0/8 networkPolicy.enabled=true   | monitor.allow is set, and networkPolicy.egress lets the pods connect to nothing
					monitor.allow[0]=10.0.0.0/8 existingConfigMap=mine       | existingConfigMap is mine, and monitor would be ignored
					config.tcp-echo.monitor.allow=x                          | config.tcp-echo.monitor.allow is set: use monitor, which the network policy has to agree with
					service.sessionAffinityConfig.clientIP.timeoutSeconds=60 | service.sessionAffinityConfig is set, which service.sessionAffinity None does not have
					service.sessionAffinity=ClientIP service.sessionAffinityConfig.clientIP.timeoutSeconds=0 | at '/service/sessionAffinityConfig/clientIP/timeoutSeconds': minimum: got 0, want 1
					verticalPodAutoscaler.updateMode=Always                  | at '/verticalPodAutoscaler/updateMode': value must be one of
					verticalPodAutoscaler.enabled=true autoscaling.enabled=true | verticalPodAutoscaler.updateMode is Initial, and autoscaling.targetCPUUtilizationPercentage is 70: both would follow the processor
					metrics.podMonitor.enabled=true config.tcp-echo.management.public-endpoints=health | metrics.podMonitor.basicAuth is empty, and config.tcp-echo.management.public-endpoints, health, has no prometheus
					metrics.serviceMonitor.enabled=true config.tcp-echo.management.publicEndpoints[0]=info | metrics.serviceMonitor.basicAuth is empty
					metrics.scrapeAnnotations=true config.tcp-echo\\.management\\.public-endpoints=health | metrics.scrapeAnnotations is true, with which no login is sent
					metrics.podMonitor.basicAuth.username.name=a metrics.podMonitor.basicAuth.username.key=b | at '/metrics/podMonitor/basicAuth'
					service.headless.publishNotReadyAddresses=true           | service.headless.publishNotReadyAddresses is true, and service.headless.enabled is false
					tests.size=1MB                                           | tests.size is 1MB, more than listeners.eof.maxMessageSize, 5KB: helm test could only fail
					listeners.eof.maxMessageSize=32                          | tests.size is 64B, more than listeners.eof.maxMessageSize, 32: helm test could only fail
					listeners.length1.enabled=true tests.size=300            | tests.size is 300, more than a message of framing length-1 can have
					listeners.eof.proxyProtocol.mode=required listeners.eof.proxyProtocol.from[0]=10.0.0.0/8 | listeners.eof.proxyProtocol takes connections from 10.0.0.0/8 only, where the pods of helm test are not
					listeners.eof.tls.secretName=t listeners.eof.tls.clientAuth=need | listeners.eof.tls.clientAuth is need, and helm test has no certificate
					listeners.eof.tls.bundle=web                             | no enabled listener has service echo without TLS, which helm test probes
					listeners.eof.tls.bundel=web                             | at '/listeners/eof/tls': additional properties 'bundel' not allowed
					listeners.eof.enabled=false listeners.discard.enabled=true | no enabled listener has service echo without TLS, which helm test probes
					metrics.prometheusRule.disabled[0]=Typo                  | metrics.prometheusRule names Typo, which is no alert: there are TcpEchoDown,
					metrics.prometheusRule.alerts.Typo.for=1m                | metrics.prometheusRule names Typo, which is no alert
					metrics.prometheusRule.alerts.TcpEchoDown.threshold=1    | metrics.prometheusRule.alerts.TcpEchoDown.threshold is set, and that alert has none
					metrics.serviceMonitor.interval=5s metrics.serviceMonitor.scrapeTimeout=10s | metrics.serviceMonitor.scrapeTimeout is 10s, longer than its interval, 5s
					metrics.podMonitor.interval=500ms metrics.podMonitor.scrapeTimeout=1s | metrics.podMonitor.scrapeTimeout is 1s, longer than its interval, 500ms
					podSecurityContext.runAsUser=0                           | podSecurityContext.runAsUser is 0, and runAsNonRoot is true
					dnsPolicy=None                                           | at '/dnsPolicy': value must be one of
					commonLabels.team=a\\ b                                   | at '/commonLabels/team': 'a b' does not match pattern
					extraVolumes[0].name=tmp                                 | extraVolumes names tmp, which the chart has itself
					extraVolumeMounts[0].name=x extraVolumeMounts[0].mountPath=/tmp | extraVolumeMounts mounts /tmp, which the chart mounts itself
					extraContainers[0].name=tcp-echo                         | name tcp-echo, which the chart has itself
					initContainers[0].name=check-config                      | name check-config, which the chart has itself
					tcpRoute.enabled=true tcpRoute.parentRefs[0].name=g tcpRoute.parentRefs[0].port=7 listeners.line.enabled=true | the TCPRoutes of listeners.eof and listeners.line have the parent {"name":"g","port":7}
					tcpRoute.enabled=true tcpRoute.parentRefs[0].name=g tcpRoute.parentRefs[0].sectionName=s listeners.line.enabled=true | a listener of a Gateway serves one of them
					""")
	void whenAValueCannotWorkTheChartRefusesItByName(String values, String message) {
		assertThatIllegalStateException().isThrownBy(() -> Chart.renderWith(split(values)))
			.withMessageContaining(message);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					enabled=false                                            | The chart does not use it
					profiles=null                                            | The environment says where management listens
					config.spring.profiles.group.lab=kubernetes profiles[0]=lab | A group of profiles
					config.tcp-echo.buffer-wait=1s                           | A key that the chart does not need
					jvmOptions=-XX:+UseSerialGC                              | The collector of the image
					jvmOptions=-Xmx512m                                      | As much as the limit
					updateStrategy.type=Recreate                             | The default of rollingUpdate does not count
					kind=DaemonSet updateStrategy.type=OnDelete              | The default of rollingUpdate does not count
					hostNetwork=true updateStrategy.type=Recreate            | No surge
					hostNetwork=true updateStrategy.rollingUpdate.maxSurge=0 updateStrategy.rollingUpdate.maxUnavailable=1 | No surge
					monitor.mesh.enabled=true listeners.eof.proxyProtocol.mode=required | The mesh sends the header
					monitor.mesh.enabled=true networkPolicy.enabled=true     | The policy lets the mesh through
					monitor.targets.a.target=a:7 networkPolicy.enabled=true networkPolicy.egress.enabled=false | The policy is for others' connections
					tests.targets.eof[0]=[2001:db8::1]:7                     | An address of version 6
					canary.args[0]=--timeout=2s                              | It is off
					verticalPodAutoscaler.enabled=true autoscaling.enabled=true verticalPodAutoscaler.updateMode=Off | It recommends only
					verticalPodAutoscaler.enabled=true verticalPodAutoscaler.updateMode=false | Off without quotes
					metrics.podMonitor.enabled=true config.tcp-echo.management.public-endpoints=health\\,prometheus | The metrics need no login
					service.clusterIP=None                                   | A headless Service
					service.type=LoadBalancer service.externalTrafficPolicy=Local service.loadBalancerIP=192.0.2.1 | A load balancer
					podDisruptionBudget.enabled=true replicaCount=1          | One pod may go
					podDisruptionBudget.enabled=true podDisruptionBudget.minAvailable=1 | One of two may go
					listeners.eof.timeouts.idle=1m                           | As long as message
					listeners.fixed.enabled=true listeners.fixed.fixedLength=5KB | As long as the largest message
					listeners.length1.enabled=true tests.size=255            | The largest message of one byte of length
					listeners.eof.proxyProtocol.mode=required                | A test that sends the header
					listeners.eof.tls.secretName=t listeners.eof.tls.clientAuth=need tests.enabled=false | No test
					listeners.eof.enabled=false listeners.discard.enabled=true tests.enabled=false | No test
					tcpRoute.enabled=true tcpRoute.parentRefs[0].name=g tcpRoute.parentRefs[0].port=7 | One route
					metrics.serviceMonitor.interval=1m metrics.serviceMonitor.scrapeTimeout=60s | As long
					revisionHistoryLimit=0                                   | A matter of taste
					""")
	void whenAnOddValueWorksTheChartTakesIt(String values, String why) {
		assertThat(Chart.renderWith(split(values))).as(why).isNotEmpty();
	}

	/** Split at blanks that no backslash is before. */
	private static String[] split(String values) {
		String[] each = values.split("(?<!\\\\) +");
		for (int i = 0; i < each.length; i++) {
			each[i] = each[i].replace("\\ ", " ");
		}
		return each;
	}

}
