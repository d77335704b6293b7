{{/* Name of the chart, or what the user calls it. */}}
{{- define "tcp-echo.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* Full name of the objects: at most 50 characters, so that suffixes fit into the 63 of a label. */}}
{{- define "tcp-echo.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "tcp-echo.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
The name of an object that has a suffix of its own: it has at most 63 characters, or what most says.
Argument: dict with root, suffix, and if wanted most.
*/}}
{{- define "tcp-echo.nameWith" -}}
{{- $room := sub (default 63 .most) (add1 (len .suffix)) | int -}}
{{- printf "%s-%s" (include "tcp-echo.fullname" .root | trunc $room | trimSuffix "-") .suffix -}}
{{- end -}}

{{- define "tcp-echo.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride -}}
{{- end -}}

{{- define "tcp-echo.selectorLabels" -}}
app.kubernetes.io/name: {{ include "tcp-echo.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: server
{{- end -}}

{{/* Labels of all objects, without the component. */}}
{{- define "tcp-echo.labels" -}}
{{- $own := dict
  "app.kubernetes.io/name" (include "tcp-echo.name" .)
  "app.kubernetes.io/instance" .Release.Name
  "app.kubernetes.io/version" (.Chart.AppVersion | replace "+" "_" | trunc 63)
  "app.kubernetes.io/managed-by" .Release.Service
  "app.kubernetes.io/part-of" "tcp-echo"
  "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
{{- toYaml (merge $own (deepCopy .Values.commonLabels)) -}}
{{- end -}}

{{/*
The metadata of an object.
Argument: dict with root, name, and if wanted component, namespace, labels, annotations.
*/}}
{{- define "tcp-echo.metadata" -}}
{{- $root := .root -}}
name: {{ .name }}
namespace: {{ default (include "tcp-echo.namespace" $root) .namespace }}
labels:
  {{- $labels := fromYaml (include "tcp-echo.labels" $root) }}
  {{- $labels = merge (dict "app.kubernetes.io/component" (default "server" .component)) $labels }}
  {{- toYaml (merge $labels (deepCopy (default dict .labels))) | nindent 2 }}
{{- with merge (deepCopy (default dict .annotations)) $root.Values.commonAnnotations }}
annotations:
  {{- tpl (toYaml .) $root | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "tcp-echo.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "tcp-echo.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "tcp-echo.image" -}}
{{- $registry := default .Values.image.registry .Values.global.imageRegistry -}}
{{- $name := .Values.image.repository -}}
{{- if $registry -}}
{{- $name = printf "%s/%s" $registry $name -}}
{{- end -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $name .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "tcp-echo.imagePullSecrets" -}}
{{- $secrets := list -}}
{{- range concat .Values.global.imagePullSecrets .Values.image.pullSecrets -}}
{{- $secrets = append $secrets (kindIs "map" . | ternary . (dict "name" .)) -}}
{{- end -}}
{{- with uniq $secrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}

{{/* The enabled listeners, by name, as JSON. Sorted by range itself. */}}
{{- define "tcp-echo.listeners" -}}
{{- $enabled := dict -}}
{{- range $name, $listener := .Values.listeners -}}
{{- if $listener -}}
{{- if ternary $listener.enabled true (hasKey $listener "enabled") -}}
{{- $_ := set $enabled $name $listener -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson $enabled -}}
{{- end -}}

{{/* The enabled listeners that helm test can probe, those of service echo without TLS, by name, as JSON. */}}
{{- define "tcp-echo.echoListeners" -}}
{{- $echo := dict -}}
{{- range $name, $listener := fromJson (include "tcp-echo.listeners" .) -}}
{{- if and (eq (default "echo" $listener.service) "echo") (not (dig "tls" "bundle" "" $listener)) -}}
{{- $_ := set $echo $name $listener -}}
{{- end -}}
{{- end -}}
{{- toJson $echo -}}
{{- end -}}

{{/* Whether a listener requires the PROXY header. YAML reads off as false. */}}
{{- define "tcp-echo.requiresHeader" -}}
{{- if eq (toString (dig "proxyProtocol" "mode" "off" .)) "required" }}true{{ end -}}
{{- end -}}

{{/* Whether helm test sends the header to a listener: it does not if that takes its pods for others. */}}
{{- define "tcp-echo.testSendsHeader" -}}
{{- if and (include "tcp-echo.requiresHeader" .) (not (dig "proxyProtocol" "from" list .)) }}true{{ end -}}
{{- end -}}

{{/* Whether there is a headless Service. */}}
{{- define "tcp-echo.headless" -}}
{{- or .Values.service.headless.enabled .Values.monitor.mesh.enabled | ternary "true" "" -}}
{{- end -}}

{{/* The name by which clients in the cluster find the Service; its certificate has it. */}}
{{- define "tcp-echo.serviceHost" -}}
{{- printf "%s.%s" (include "tcp-echo.fullname" .) (include "tcp-echo.namespace" .) -}}
{{- end -}}

{{- define "tcp-echo.headlessHost" -}}
{{- printf "%s-headless.%s" (include "tcp-echo.fullname" .) (include "tcp-echo.namespace" .) -}}
{{- end -}}

{{/*
The port by which clients reach a listener through the Service: one without an address leads to the pods' own ports.
Argument: dict with root and listener.
*/}}
{{- define "tcp-echo.clientPort" -}}
{{- if eq .root.Values.service.clusterIP "None" -}}
{{- int .listener.port -}}
{{- else -}}
{{- include "tcp-echo.servicePort" .listener -}}
{{- end -}}
{{- end -}}

{{/* The port of a listener's Service. */}}
{{- define "tcp-echo.servicePort" -}}
{{- int (default .port .servicePort) -}}
{{- end -}}

{{/* Whole seconds of a duration such as 500ms, 20s, 5m or 1h, rounded up. */}}
{{- define "tcp-echo.seconds" -}}
{{- $number := regexFind "^[0-9]+" . | int64 -}}
{{- $unit := regexReplaceAll "^[0-9]+" . "" -}}
{{- if eq $unit "ms" -}}
{{- div (add $number 999) 1000 -}}
{{- else -}}
{{- mul $number (get (dict "s" 1 "m" 60 "h" 3600) $unit) -}}
{{- end -}}
{{- end -}}

{{/* Milliseconds of a duration such as 500ms, 20s, 5m or 1h. */}}
{{- define "tcp-echo.milliseconds" -}}
{{- $number := regexFind "^[0-9]+" . | int64 -}}
{{- mul $number (get (dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000) (regexReplaceAll "^[0-9]+" . "")) -}}
{{- end -}}

{{/* Bytes of a size of the application, such as 64, 64B, 5KB or 1MB. */}}
{{- define "tcp-echo.bytes" -}}
{{- $size := toString . -}}
{{- if kindIs "float64" . -}}
{{- $size = toString (int64 .) -}}
{{- end -}}
{{- $number := regexFind "^[0-9]+" $size | int64 -}}
{{- mul $number (get (dict "" 1 "B" 1 "KB" 1024 "MB" 1048576 "GB" 1073741824) (regexReplaceAll "^[0-9]+" $size "")) -}}
{{- end -}}

{{/*
A quantity of Kubernetes, such as 100m, 2, 0.5, 256Mi or 1G, in thousandths; empty for a form that is not known here.
*/}}
{{- define "tcp-echo.quantity" -}}
{{- $quantity := toString . -}}
{{- $units := dict "m" 1 "" 1000 "k" 1000000 "M" 1000000000 "G" 1000000000000 "T" 1000000000000000
  "Ki" 1024000 "Mi" 1048576000 "Gi" 1073741824000 "Ti" 1099511627776000 -}}
{{- $unit := regexReplaceAll "^[0-9]+([.][0-9]+)?" $quantity "" -}}
{{- if and (regexMatch "^[0-9]+([.][0-9]+)?[A-Za-z]*$" $quantity) (hasKey $units $unit) -}}
{{- mulf (regexFind "^[0-9]+([.][0-9]+)?" $quantity) (get $units $unit) | int64 -}}
{{- end -}}
{{- end -}}

{{/* What a pod needs for its end: preStop, drain and 5 s for the rest. */}}
{{- define "tcp-echo.neededGracePeriod" -}}
{{- add .Values.preStopSleepSeconds (include "tcp-echo.seconds" .Values.drain.delay) (include "tcp-echo.seconds" .Values.drain.timeout) 5 -}}
{{- end -}}

{{- define "tcp-echo.gracePeriod" -}}
{{- default (include "tcp-echo.neededGracePeriod" .) (int .Values.terminationGracePeriodSeconds) -}}
{{- end -}}

{{/* A map with the keys of the application, fixed-length for fixedLength, at every depth, as JSON. */}}
{{- define "tcp-echo.kebab" -}}
{{- $kebab := dict -}}
{{- range $key, $value := . -}}
{{- if kindIs "map" $value -}}
{{- $value = fromJson (include "tcp-echo.kebab" $value) -}}
{{- end -}}
{{- $_ := set $kebab (kebabcase $key) $value -}}
{{- end -}}
{{- toJson $kebab -}}
{{- end -}}

{{/* application.yml: what these values say, and below it the keys of config. */}}
{{- define "tcp-echo.applicationYaml" -}}
{{- $listeners := dict -}}
{{- $bundles := dict -}}
{{- range $name, $listener := fromJson (include "tcp-echo.listeners" .) -}}
{{- $keys := dict "enabled" true -}}
{{- range $key, $value := fromJson (include "tcp-echo.kebab" (omit $listener "enabled" "servicePort" "nodePort" "appProtocol" "tcpRoute" "tls")) -}}
{{- $_ := set $keys $key (kindIs "float64" $value | ternary (int64 $value) $value) -}}
{{- end -}}
{{- with $listener.tls -}}
{{- $_ := set $keys "tls" (fromJson (include "tcp-echo.kebab" (omit . "secretName"))) -}}
{{- end -}}
{{- if dig "tls" "secretName" "" $listener -}}
{{- $_ := set $keys.tls "bundle" $name -}}
{{- $directory := printf "file:/etc/tcp-echo/tls/%s" $name -}}
{{- $bundle := dict "reload-on-update" true "keystore" (dict "certificate" (printf "%s/tls.crt" $directory) "private-key" (printf "%s/tls.key" $directory)) -}}
{{- if ne (dig "tls" "clientAuth" "none" $listener) "none" -}}
{{- $_ := set $bundle "truststore" (dict "certificate" (printf "%s/ca.crt" $directory)) -}}
{{- end -}}
{{- $_ := set $bundles $name $bundle -}}
{{- end -}}
{{- $_ := set $listeners $name $keys -}}
{{- end -}}
{{- if not (hasKey $listeners "eof") -}}
{{- $_ := set $listeners "eof" (dict "enabled" false) -}}
{{- end -}}
{{- $server := dict "listeners" $listeners "drain" (dict "delay" .Values.drain.delay "timeout" .Values.drain.timeout) -}}
{{- with .Values.maxBuffered -}}
{{- $_ := set $server "max-buffered" . -}}
{{- end -}}
{{- with .Values.bufferWait -}}
{{- $_ := set $server "buffer-wait" . -}}
{{- end -}}
{{- with include "tcp-echo.monitorConfig" . -}}
{{- $_ := set $server "monitor" (fromJson .) -}}
{{- end -}}
{{- if and .Values.monitor.mesh.enabled (hasKey $bundles (include "tcp-echo.meshListener" .)) -}}
{{- $authority := printf "file:/etc/tcp-echo/tls/%s/ca.crt" (include "tcp-echo.meshListener" .) -}}
{{- $_ := set $bundles "mesh" (dict "reload-on-update" true "truststore" (dict "certificate" $authority)) -}}
{{- end -}}
{{- $all := dict "tcp-echo" $server "server" (dict "port" (int .Values.management.port)) -}}
{{- with $bundles -}}
{{- $_ := set $all "spring" (dict "ssl" (dict "bundle" (dict "pem" .))) -}}
{{- end -}}
{{- toYaml (merge $all (deepCopy .Values.config)) -}}
{{- end -}}

{{- define "tcp-echo.configMapName" -}}
{{- default (include "tcp-echo.fullname" .) (tpl .Values.existingConfigMap .) -}}
{{- end -}}

{{- define "tcp-echo.managementService" -}}
{{- or .Values.management.service.enabled .Values.metrics.serviceMonitor.enabled | ternary "true" "" -}}
{{- end -}}

{{/* Metadata, endpoint and selector that ServiceMonitor and PodMonitor share. */}}
{{- define "tcp-echo.scrape" -}}
- port: management
  path: {{ .root.Values.metrics.path }}
  scheme: http
  honorLabels: {{ .monitor.honorLabels }}
  {{- with .monitor.interval }}
  interval: {{ . }}
  {{- end }}
  {{- with .monitor.scrapeTimeout }}
  scrapeTimeout: {{ . }}
  {{- end }}
  {{- with .monitor.basicAuth }}
  basicAuth:
    {{- tpl (toYaml .) $.root | nindent 4 }}
  {{- end }}
  {{- with .monitor.relabelings }}
  relabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .monitor.metricRelabelings }}
  metricRelabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* One of extraObjects. Argument: dict with root and object. */}}
{{- define "tcp-echo.extraObject" -}}
{{- tpl (kindIs "string" .object | ternary .object (toYaml .object)) .root -}}
{{- end -}}

{{/* The ConfigMaps and Secrets among extraObjects, which the pods may use. */}}
{{- define "tcp-echo.extraConfiguration" -}}
{{- range .Values.extraObjects -}}
{{- $object := include "tcp-echo.extraObject" (dict "root" $ "object" .) -}}
{{- if regexMatch "(?m)^kind: *[\"']?(ConfigMap|Secret)\\b" $object }}
{{ $object }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The update mode of the VerticalPodAutoscaler. YAML reads Off as false. */}}
{{- define "tcp-echo.updateMode" -}}
{{- kindIs "bool" .Values.verticalPodAutoscaler.updateMode | ternary "Off" .Values.verticalPodAutoscaler.updateMode -}}
{{- end -}}
