{{/* What the pods of helm test, of the canary and of the load have in common: they run a command of the client. */}}

{{/*
The specification of such a pod.
Argument: dict with root, containers (the arguments of each, by its name), resources, restartPolicy, and if wanted env,
tlsSecret, nodeSelector, volumes, mounts, spread (component whose pods spread over nodes).
*/}}
{{- define "tcp-echo.clientPod" -}}
{{- $root := .root -}}
restartPolicy: {{ .restartPolicy }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with include "tcp-echo.imagePullSecrets" $root }}
{{- . }}
{{- end }}
{{- range $field := list "priorityClassName" "runtimeClassName" "schedulerName" }}
{{- with get $root.Values $field }}
{{ $field }}: {{ . }}
{{- end }}
{{- end }}
{{- with $root.Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with merge (deepCopy (default dict .nodeSelector)) $root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .spread }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "tcp-echo.componentLabels" (dict "root" $root "component" .) | nindent 8 }}
{{- end }}
{{- with $root.Values.hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  {{- $pod := . }}
  {{- range $name, $arguments := .containers }}
  - name: {{ $name }}
    image: {{ include "tcp-echo.image" $root | quote }}
    imagePullPolicy: {{ $root.Values.image.pullPolicy }}
    args:
      {{- toYaml $arguments | nindent 6 }}
    {{- with $pod.env }}
    env:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with $root.Values.containerSecurityContext }}
    securityContext:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with $pod.resources }}
    resources:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    volumeMounts:
      {{- if $pod.tlsSecret }}
      - name: tls
        mountPath: /etc/tcp-echo/tls
        readOnly: true
      {{- end }}
      - name: tmp
        mountPath: /tmp
      {{- with $pod.mounts }}
      {{- tpl (toYaml .) $root | nindent 6 }}
      {{- end }}
  {{- end }}
volumes:
  {{- with .tlsSecret }}
  - name: tls
    secret:
      secretName: {{ tpl . $root }}
      items:
        - key: ca.crt
          path: ca.crt
  {{- end }}
  - name: tmp
    emptyDir:
      sizeLimit: {{ $root.Values.temporaryStorage }}
  {{- with .volumes }}
  {{- tpl (toYaml .) $root | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* The labels by which the pods of a component are selected. Argument: dict with root and component. */}}
{{- define "tcp-echo.componentLabels" -}}
app.kubernetes.io/name: {{ include "tcp-echo.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/*
What a client of a listener has to say, as JSON, whichever way it takes. The certificate is that of the Service's name.
Argument: dict with root, listener and size.
*/}}
{{- define "tcp-echo.clientArguments" -}}
{{- $arguments := list (printf "--framing=%s" (default "eof" .listener.framing)) (printf "--size=%s" (include "tcp-echo.sizeOf" (default .size .listener.fixedLength))) -}}
{{- if .listener.identify -}}
{{- $arguments = append $arguments "--identify" -}}
{{- end -}}
{{- with .listener.greeting -}}
{{- $arguments = append $arguments (printf "--greeting=%s" .) -}}
{{- end -}}
{{- if include "tcp-echo.testSendsHeader" .listener -}}
{{- $arguments = append $arguments "--proxy=v2" -}}
{{- end -}}
{{- if dig "tls" "secretName" "" .listener -}}
{{- $arguments = concat $arguments (list "--tls" "--ca=/etc/tcp-echo/tls/ca.crt" (printf "--server-name=%s" (include "tcp-echo.serviceHost" .root))) -}}
{{- end -}}
{{- toJson $arguments -}}
{{- end -}}

{{/* A size as one word: a number of JSON is a float. */}}
{{- define "tcp-echo.sizeOf" -}}
{{- kindIs "float64" . | ternary (printf "%d" (toString . | float64 | int64)) (toString .) -}}
{{- end -}}

{{/* The ways to a listener that helm test probes, as JSON. Argument: dict with root, name and listener. */}}
{{- define "tcp-echo.testTargets" -}}
{{- $values := .root.Values -}}
{{- $targets := list (printf "%s:%s" (include "tcp-echo.serviceHost" .root) (include "tcp-echo.clientPort" .)) -}}
{{- if and (include "tcp-echo.headless" .root) (not $values.service.headless.publishNotReadyAddresses) -}}
{{- $targets = append $targets (printf "%s:%d" (include "tcp-echo.headlessHost" .root) (int .listener.port)) -}}
{{- end -}}
{{- if include "tcp-echo.testsNodePort" . -}}
{{- $targets = append $targets (printf "[$(NODE_IP)]:%d" (int .listener.nodePort)) -}}
{{- end -}}
{{- if and $values.hostNetwork (eq $values.kind "DaemonSet") -}}
{{- $targets = append $targets (printf "[$(NODE_IP)]:%d" (int .listener.port)) -}}
{{- end -}}
{{- range dig .name list $values.tests.targets -}}
{{- $targets = append $targets (tpl . $.root) -}}
{{- end -}}
{{- toJson $targets -}}
{{- end -}}

{{/*
Whether helm test can use the node port of a listener: with externalTrafficPolicy Local only nodes with a pod answer, and
with Cluster the connection comes from the address of a node, which a network policy must let in.
Argument: dict with root and listener.
*/}}
{{- define "tcp-echo.testsNodePort" -}}
{{- $values := .root.Values -}}
{{- if and .listener.nodePort $values.tests.nodePorts (ne $values.service.type "ClusterIP") -}}
{{- if eq $values.service.externalTrafficPolicy "Local" -}}
{{- eq $values.kind "DaemonSet" | ternary "true" "" -}}
{{- else -}}
{{- $open := or (not $values.networkPolicy.enabled) (not $values.networkPolicy.ingress.from) -}}
{{- range $values.networkPolicy.ingress.from -}}
{{- $open = or $open (hasKey . "ipBlock") -}}
{{- end -}}
{{- $open | ternary "true" "" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
The nodes from which helm test runs, as JSON; one without a name is any node. Nodes that pods are kept away from are left
out of tests.eachNode.
*/}}
{{- define "tcp-echo.testNodes" -}}
{{- $nodes := .Values.tests.nodes -}}
{{- if .Values.tests.eachNode -}}
{{- range (default dict (lookup "v1" "Node" "" "")).items -}}
{{- $tainted := default false (dig "spec" "unschedulable" false .) -}}
{{- range dig "spec" "taints" list . -}}
{{- $tainted = or $tainted (ne .effect "PreferNoSchedule") -}}
{{- end -}}
{{- if not $tainted -}}
{{- $nodes = append $nodes (get .metadata.labels "kubernetes.io/hostname") -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson (default (list "") (sortAlpha $nodes)) -}}
{{- end -}}

{{/* The labels of a pod of a component. Argument: dict with root and component. */}}
{{- define "tcp-echo.clientLabels" -}}
{{- $own := fromYaml (include "tcp-echo.componentLabels" .) -}}
{{- toYaml (merge $own (fromYaml (include "tcp-echo.labels" .root))) -}}
{{- end -}}

{{/* What HOST:PORT matches. */}}
{{- define "tcp-echo.target" -}}
^([^\]:\[\s/]+|\[[0-9A-Fa-f:.%]+\]):[0-9]{1,5}$
{{- end -}}
