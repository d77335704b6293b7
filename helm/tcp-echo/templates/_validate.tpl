{{/*
Refuse what the schema cannot see: values that contradict each other. Each message names
the values and what they are.
*/}}
{{- define "tcp-echo.validate" -}}
{{- include "tcp-echo.validatePorts" . -}}
{{- include "tcp-echo.validateListeners" . -}}
{{- include "tcp-echo.validateConfig" . -}}
{{- if and .Values.podDisruptionBudget.enabled (ne (toString .Values.podDisruptionBudget.minAvailable) "") (ne (toString .Values.podDisruptionBudget.maxUnavailable) "") -}}
{{- fail (printf "podDisruptionBudget.minAvailable is %v and podDisruptionBudget.maxUnavailable is %v: set one of them" .Values.podDisruptionBudget.minAvailable .Values.podDisruptionBudget.maxUnavailable) -}}
{{- end -}}
{{- with int .Values.terminationGracePeriodSeconds -}}
{{- $needed := include "tcp-echo.neededGracePeriod" $ | int -}}
{{- if lt . $needed -}}
{{- fail (printf "terminationGracePeriodSeconds is %d, less than %d, which is preStopSleepSeconds (%d) + drain.delay (%s) + drain.timeout (%s) + 5: the drain would be cut" . $needed (int $.Values.preStopSleepSeconds) $.Values.drain.delay $.Values.drain.timeout) -}}
{{- end -}}
{{- end -}}
{{- with .Values.autoscaling -}}
{{- if .enabled -}}
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
{{- if and .Values.metrics.serviceMonitor.enabled .Values.metrics.podMonitor.enabled -}}
{{- fail "metrics.serviceMonitor.enabled and metrics.podMonitor.enabled are both true: each pod would be scraped twice" -}}
{{- end -}}
{{- end -}}

{{- define "tcp-echo.validatePorts" -}}
{{- $listeners := fromJson (include "tcp-echo.listeners" .) -}}
{{- $ports := dict (toString (int .Values.management.port)) "management.port" -}}
{{- $servicePorts := dict -}}
{{- $nodePorts := dict -}}
{{- range $name, $listener := $listeners -}}
{{- if not $listener.port -}}
{{- fail (printf "listeners.%s.port is not set" $name) -}}
{{- end -}}
{{- $port := toString (int $listener.port) -}}
{{- with get $ports $port -}}
{{- fail (printf "listeners.%s.port and %s are both %s" $name . $port) -}}
{{- end -}}
{{- $_ := set $ports $port (printf "listeners.%s.port" $name) -}}
{{- $servicePort := include "tcp-echo.servicePort" $listener -}}
{{- with get $servicePorts $servicePort -}}
{{- fail (printf "the ports of listeners.%s and %s in the Service are both %s" $name . $servicePort) -}}
{{- end -}}
{{- $_ := set $servicePorts $servicePort (printf "listeners.%s" $name) -}}
{{- with $listener.nodePort -}}
{{- $nodePort := toString (int .) -}}
{{- with get $nodePorts $nodePort -}}
{{- fail (printf "listeners.%s.nodePort and %s are both %s" $name . $nodePort) -}}
{{- end -}}
{{- if eq $.Values.service.type "ClusterIP" -}}
{{- fail (printf "listeners.%s.nodePort is %s, which service.type ClusterIP does not have" $name $nodePort) -}}
{{- end -}}
{{- $_ := set $nodePorts $nodePort (printf "listeners.%s.nodePort" $name) -}}
{{- end -}}
{{- end -}}
{{- if not $listeners -}}
{{- fail "no listener is enabled: set listeners.NAME.enabled" -}}
{{- end -}}
{{- end -}}

{{- define "tcp-echo.validateListeners" -}}
{{- range $name, $listener := fromJson (include "tcp-echo.listeners" .) -}}
{{- $framing := default "eof" $listener.framing -}}
{{- if and (eq $framing "fixed") (not $listener.fixedLength) -}}
{{- fail (printf "listeners.%s.framing is fixed, and listeners.%s.fixedLength is not set" $name $name) -}}
{{- end -}}
{{- if and (ne $framing "fixed") $listener.fixedLength -}}
{{- fail (printf "listeners.%s.fixedLength is set, which framing %s does not have" $name $framing) -}}
{{- end -}}
{{- if and (ne $framing "eof") (eq (default "reset" $listener.onOversize) "truncate") -}}
{{- fail (printf "listeners.%s.onOversize is truncate, which framing %s does not have" $name $framing) -}}
{{- end -}}
{{- end -}}
{{- range .Values.tcpRoute.listeners -}}
{{- if not (hasKey (fromJson (include "tcp-echo.listeners" $)) .) -}}
{{- fail (printf "tcpRoute.listeners names %s, which is no enabled listener" .) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.tcpRoute.enabled (not .Values.tcpRoute.parentRefs) -}}
{{- fail "tcpRoute.enabled is true, and tcpRoute.parentRefs is empty: name a Gateway" -}}
{{- end -}}
{{- end -}}

{{/* The chart must know these keys: they are ports and times of the pod, too. */}}
{{- define "tcp-echo.validateConfig" -}}
{{- if has "all-framings" .Values.profiles -}}
{{- fail "profiles names all-framings, whose listeners the Service would not have: enable them in listeners" -}}
{{- end -}}
{{- $server := default dict (get .Values.config "tcp-echo") -}}
{{- if hasKey $server "listeners" -}}
{{- fail "config.tcp-echo.listeners is set: use listeners, which makes the ports of the pod and the Service, too" -}}
{{- end -}}
{{- if hasKey $server "drain" -}}
{{- fail "config.tcp-echo.drain is set: use drain, from which the grace period of the pod is computed" -}}
{{- end -}}
{{- if hasKey (default dict (get .Values.config "server")) "port" -}}
{{- fail "config.server.port is set: use management.port, which is the port of the probes, too" -}}
{{- end -}}
{{- end -}}
