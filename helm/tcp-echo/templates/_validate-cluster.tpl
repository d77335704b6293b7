{{/* What the API or the scheduler refuses, or what would wait for ever. */}}
{{- define "tcp-echo.validatePods" -}}
{{- $name := include "tcp-echo.fullname" . -}}
{{- if not (regexMatch "^[a-z]([a-z0-9-]*[a-z0-9])?$" $name) -}}
{{- fail (printf "the Service would be called %s, and a name of a Service has a-z, 0-9 and dashes and begins with a letter: set fullnameOverride" $name) -}}
{{- end -}}
{{- range $value := list "operator.existingSecret" "existingSecret" "existingConfigMap" -}}
{{- $path := splitList "." $value -}}
{{- $text := get $.Values (first $path) -}}
{{- if eq (len $path) 2 -}}
{{- $text = get $text (last $path) -}}
{{- end -}}
{{- $text = tpl $text $ -}}
{{- if and $text (not (regexMatch "^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$" $text)) -}}
{{- fail (printf "%s is %s: a name has a-z, 0-9, dots and dashes" $value $text) -}}
{{- end -}}
{{- end -}}
{{- with int .Values.terminationGracePeriodSeconds -}}
{{- $needed := include "tcp-echo.neededGracePeriod" $ | int -}}
{{- if lt . $needed -}}
{{- fail (printf "terminationGracePeriodSeconds is %d, less than %d, which is preStopSleepSeconds (%d) + drain.delay (%s) + drain.timeout (%s) + 5: the drain would be cut" . $needed (int $.Values.preStopSleepSeconds) $.Values.drain.delay $.Values.drain.timeout) -}}
{{- end -}}
{{- end -}}
{{- range $place := list "resources" "tests.resources" -}}
{{- $resources := eq $place "resources" | ternary $.Values.resources $.Values.tests.resources -}}
{{- $limits := default dict $resources.limits -}}
{{- range $resource, $request := default dict $resources.requests -}}
{{- if hasKey $limits $resource -}}
{{- $most := get $limits $resource -}}
{{- if gt (include "tcp-echo.quantity" $request | int64) (include "tcp-echo.quantity" $most | int64) -}}
{{- fail (printf "%s.requests.%s is %v, more than its limit, %v" $place $resource $request $most) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and (eq (toString (dig "runAsUser" "" .Values.podSecurityContext)) "0") (dig "runAsNonRoot" false .Values.podSecurityContext) -}}
{{- fail "podSecurityContext.runAsUser is 0, and runAsNonRoot is true: no container would start" -}}
{{- end -}}
{{- range .Values.extraVolumes -}}
{{- if has .name (list "config" "secret" "operator" "tmp") -}}
{{- fail (printf "extraVolumes names %s, which the chart has itself" .name) -}}
{{- end -}}
{{- end -}}
{{- range .Values.extraVolumeMounts -}}
{{- if or (eq .mountPath "/tmp") (hasPrefix "/etc/tcp-echo" .mountPath) -}}
{{- fail (printf "extraVolumeMounts mounts %s, which the chart mounts itself" .mountPath) -}}
{{- end -}}
{{- end -}}
{{- range concat .Values.extraContainers .Values.initContainers -}}
{{- if has .name (list "tcp-echo" "check-config") -}}
{{- fail (printf "extraContainers or initContainers name %s, which the chart has itself" .name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "tcp-echo.validateService" -}}
{{- $service := .Values.service -}}
{{- if and (eq $service.clusterIP "None") (ne $service.type "ClusterIP") -}}
{{- fail (printf "service.clusterIP is None, which service.type %s cannot have" $service.type) -}}
{{- end -}}
{{- if and (eq $service.ipFamilyPolicy "SingleStack") (gt (len $service.ipFamilies) 1) -}}
{{- fail (printf "service.ipFamilyPolicy is SingleStack, and service.ipFamilies names %d families" (len $service.ipFamilies)) -}}
{{- end -}}
{{- if and (eq $service.type "ClusterIP") (ne $service.externalTrafficPolicy "Cluster") -}}
{{- fail (printf "service.externalTrafficPolicy is %s, which service.type ClusterIP does not have" $service.externalTrafficPolicy) -}}
{{- end -}}
{{- if ne $service.type "LoadBalancer" -}}
{{- range $value := list "loadBalancerClass" "loadBalancerIP" "loadBalancerSourceRanges" -}}
{{- if get $service $value -}}
{{- fail (printf "service.%s is set, which service.type %s does not have" $value $service.type) -}}
{{- end -}}
{{- end -}}
{{- if not $service.allocateLoadBalancerNodePorts -}}
{{- fail (printf "service.allocateLoadBalancerNodePorts is false, which service.type %s does not have" $service.type) -}}
{{- end -}}
{{- end -}}
{{- if and $service.sessionAffinityConfig (ne $service.sessionAffinity "ClientIP") -}}
{{- fail (printf "service.sessionAffinityConfig is set, which service.sessionAffinity %s does not have" $service.sessionAffinity) -}}
{{- end -}}
{{- if and $service.trafficDistribution (eq $service.internalTrafficPolicy "Local") -}}
{{- fail (printf "service.trafficDistribution is %s, which service.internalTrafficPolicy Local leaves without effect" $service.trafficDistribution) -}}
{{- end -}}
{{- if and $service.headless.publishNotReadyAddresses (not $service.headless.enabled) -}}
{{- fail "service.headless.publishNotReadyAddresses is true, and service.headless.enabled is false" -}}
{{- end -}}
{{- end -}}

{{- define "tcp-echo.validateAvailability" -}}
{{- $strategy := .Values.updateStrategy -}}
{{- $type := default "RollingUpdate" $strategy.type -}}
{{- $rolling := default dict $strategy.rollingUpdate -}}
{{- $types := eq .Values.kind "Deployment" | ternary (list "RollingUpdate" "Recreate") (list "RollingUpdate" "OnDelete") -}}
{{- if not (has $type $types) -}}
{{- fail (printf "updateStrategy.type is %s: a %s has %s" $type .Values.kind (join " or " $types)) -}}
{{- end -}}
{{- if eq $type "RollingUpdate" -}}
{{- $surge := toString (dig "maxSurge" (eq .Values.kind "Deployment" | ternary "25%" "0") $rolling) -}}
{{- $unavailable := toString (dig "maxUnavailable" (eq .Values.kind "Deployment" | ternary "25%" "1") $rolling) -}}
{{- if and (has $surge (list "0" "0%")) (has $unavailable (list "0" "0%")) -}}
{{- fail "updateStrategy.rollingUpdate.maxSurge and maxUnavailable are both 0: no pod could be replaced" -}}
{{- end -}}
{{- if and .Values.hostNetwork (not (has $surge (list "0" "0%"))) -}}
{{- fail (printf "hostNetwork is true, and updateStrategy.rollingUpdate.maxSurge is %s: a further pod finds its ports taken by the old one. Set maxSurge to 0 and maxUnavailable to 1, or updateStrategy.type to %s" $surge (last $types)) -}}
{{- end -}}
{{- end -}}
{{- with .Values.autoscaling -}}
{{- if .enabled -}}
{{- if ne $.Values.kind "Deployment" -}}
{{- fail (printf "autoscaling.enabled is true, and a %s has a pod on each node" $.Values.kind) -}}
{{- end -}}
{{- if lt (int .maxReplicas) (int .minReplicas) -}}
{{- fail (printf "autoscaling.maxReplicas is %d, less than autoscaling.minReplicas, %d" (int .maxReplicas) (int .minReplicas)) -}}
{{- end -}}
{{- if not (or .targetCPUUtilizationPercentage .connections.enabled .metrics) -}}
{{- fail "autoscaling.enabled is true, but targetCPUUtilizationPercentage is 0, connections.enabled is false and metrics is empty: there is nothing to follow" -}}
{{- end -}}
{{- if and .targetCPUUtilizationPercentage (not (dig "requests" "cpu" "" $.Values.resources)) -}}
{{- fail "autoscaling.targetCPUUtilizationPercentage is a percentage of resources.requests.cpu, which is not set" -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and .Values.verticalPodAutoscaler.enabled .Values.autoscaling.enabled .Values.autoscaling.targetCPUUtilizationPercentage (ne (include "tcp-echo.updateMode" .) "Off") -}}
{{- fail (printf "verticalPodAutoscaler.updateMode is %s, and autoscaling.targetCPUUtilizationPercentage is %d: both would follow the processor. Set one of them to Off or 0" (include "tcp-echo.updateMode" .) (int .Values.autoscaling.targetCPUUtilizationPercentage)) -}}
{{- end -}}
{{- if .Values.podDisruptionBudget.enabled -}}
{{- if ne .Values.kind "Deployment" -}}
{{- fail (printf "podDisruptionBudget.enabled is true, and a %s has a pod on each node, which the drain of the node leaves there" .Values.kind) -}}
{{- end -}}
{{- include "tcp-echo.validateBudget" . -}}
{{- end -}}
{{- end -}}

{{/* A budget that never lets a pod go blocks the drain of its node for ever. */}}
{{- define "tcp-echo.validateBudget" -}}
{{- $min := toString .Values.podDisruptionBudget.minAvailable -}}
{{- $max := toString .Values.podDisruptionBudget.maxUnavailable -}}
{{- $pods := .Values.autoscaling.enabled | ternary (int .Values.autoscaling.minReplicas) (int .Values.replicaCount) -}}
{{- if and (ne $min "") (ne $max "") -}}
{{- fail (printf "podDisruptionBudget.minAvailable is %s and podDisruptionBudget.maxUnavailable is %s: set one of them" $min $max) -}}
{{- end -}}
{{- if or (eq $min "100%") (has $max (list "0" "0%")) -}}
{{- fail (printf "podDisruptionBudget.%s: no pod might ever go, and the drain of a node would wait for ever" (eq $min "100%" | ternary "minAvailable is 100%" (printf "maxUnavailable is %s" $max))) -}}
{{- end -}}
{{- if and (regexMatch "^[0-9]+$" $min) (ge (int $min) $pods) -}}
{{- fail (printf "podDisruptionBudget.minAvailable is %s, and there are %d pods: none might ever go, and the drain of a node would wait for ever" $min $pods) -}}
{{- end -}}
{{- end -}}

{{/* The canary and the load. */}}
{{- define "tcp-echo.validateClients" -}}
{{- with .Values.canary -}}
{{- if and .enabled (not .targets) -}}
{{- fail "canary.enabled is true, and canary.targets is empty: name what it probes, each HOST:PORT" -}}
{{- end -}}
{{- range .targets -}}
{{- if not (regexMatch (include "tcp-echo.target" $) (tpl . $)) -}}
{{- fail (printf "canary.targets has %s, which is not HOST:PORT, such as gateway.example.com:7007 or [2001:db8::1]:7007" .) -}}
{{- end -}}
{{- end -}}
{{- range .args -}}
{{- $option := regexFind "^[^=]*" (tpl . $) -}}
{{- if has $option (list "--count" "--interval" "--framing" "--size" "-c" "-i" "-f" "-s") -}}
{{- fail (printf "canary.args has %s, which the chart sets: use canary.count, interval, framing or size" .) -}}
{{- end -}}
{{- if not (hasPrefix "-" $option) -}}
{{- fail (printf "canary.args has %s: an option and its value are one word, such as --timeout=2s" .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- with .Values.load -}}
{{- if and .enabled (not .target) -}}
{{- fail "load.enabled is true, and load.target is empty: name what the pods load, HOST:PORT" -}}
{{- end -}}
{{- if and .target (not (regexMatch (include "tcp-echo.target" $) (tpl .target $))) -}}
{{- fail (printf "load.target is %s, which is not HOST:PORT, such as gateway.example.com:7007 or [2001:db8::1]:7007" .target) -}}
{{- end -}}
{{- if eq (include "tcp-echo.milliseconds" .duration) "0" -}}
{{- fail (printf "load.duration is %s: nothing would be measured" .duration) -}}
{{- end -}}
{{- range .args -}}
{{- $option := regexFind "^(--[^=]*|-.)" (tpl . $) -}}
{{- if has $option (list "--framing" "--size" "--connections" "--rate" "--warmup" "--duration" "-f" "-s" "-c" "-r" "-w" "-d") -}}
{{- fail (printf "load.args has %s, which the chart sets: use load.framing, sizes, connections, rate, warmup or duration" .) -}}
{{- end -}}
{{- if has $option (list "--hlog" "--json") -}}
{{- fail (printf "load.args has %s: the log of each pod is what load merge reads, and has room for nothing else" .) -}}
{{- end -}}
{{- if not $option -}}
{{- fail (printf "load.args has %s: an option and its value are one word, such as --timeout=2s" .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "tcp-echo.validateMetrics" -}}
{{- if and .Values.metrics.serviceMonitor.enabled .Values.metrics.podMonitor.enabled -}}
{{- fail "metrics.serviceMonitor.enabled and metrics.podMonitor.enabled are both true: each pod would be scraped twice" -}}
{{- end -}}
{{- range $monitor := list "serviceMonitor" "podMonitor" -}}
{{- with get $.Values.metrics $monitor -}}
{{- if and .interval .scrapeTimeout -}}
{{- if gt (include "tcp-echo.milliseconds" .scrapeTimeout | int64) (include "tcp-echo.milliseconds" .interval | int64) -}}
{{- fail (printf "metrics.%s.scrapeTimeout is %s, longer than its interval, %s" $monitor .scrapeTimeout .interval) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $public := include "tcp-echo.configValue" (dict "tree" .Values.config "prefix" "" "key" "tcpecho.management.publicendpoints") -}}
{{- if and $public (not (has "prometheus" (splitList "," (replace " " "" $public)))) -}}
{{- range $monitor := list "serviceMonitor" "podMonitor" -}}
{{- with get $.Values.metrics $monitor -}}
{{- if and .enabled (not .basicAuth) -}}
{{- fail (printf "metrics.%s.basicAuth is empty, and config.tcp-echo.management.public-endpoints, %s, has no prometheus: each scrape would be refused" $monitor $public) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if .Values.metrics.scrapeAnnotations -}}
{{- fail (printf "metrics.scrapeAnnotations is true, with which no login is sent, and config.tcp-echo.management.public-endpoints, %s, has no prometheus" $public) -}}
{{- end -}}
{{- end -}}
{{- $names := list -}}
{{- $withThreshold := list -}}
{{- range (fromYaml (.Files.Get "alerts/tcp-echo.yml")).groups -}}
{{- range .rules -}}
{{- if hasKey . "alert" -}}
{{- $names = append $names .alert -}}
{{- if regexMatch "[<>] [0-9.]+" .expr -}}
{{- $withThreshold = append $withThreshold .alert -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range concat .Values.metrics.prometheusRule.disabled (keys .Values.metrics.prometheusRule.alerts | sortAlpha) -}}
{{- if not (has . $names) -}}
{{- fail (printf "metrics.prometheusRule names %s, which is no alert: there are %s" . (join ", " $names)) -}}
{{- end -}}
{{- end -}}
{{- range $name, $own := .Values.metrics.prometheusRule.alerts -}}
{{- if and (hasKey $own "threshold") (not (has $name $withThreshold)) -}}
{{- fail (printf "metrics.prometheusRule.alerts.%s.threshold is set, and that alert has none" $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
