{{/* The Job that makes a load. */}}

{{/* The specification of the Job. */}}
{{- define "tcp-echo.loadSpec" -}}
{{- with .Values.load -}}
{{- $sizes := list -}}
{{- range .sizes -}}
{{- $sizes = append $sizes (include "tcp-echo.sizeOf" .) -}}
{{- end -}}
{{- $arguments := list "load" "--hlog=-" (printf "--framing=%s" .framing) (printf "--size=%s" (join "," $sizes)) (printf "--connections=%d" (int .connections)) (printf "--rate=%d" (int .rate)) (printf "--warmup=%s" .warmup) (printf "--duration=%s" .duration) -}}
{{- range .args -}}
{{- $arguments = append $arguments (tpl . $) -}}
{{- end -}}
{{- $containers := dict "load" (append $arguments (tpl .target $)) -}}
completionMode: Indexed
completions: {{ int .pods }}
parallelism: {{ int .pods }}
# A pod that fails has measured, too, and the others go on.
backoffLimitPerIndex: 0
ttlSecondsAfterFinished: {{ int .ttlSecondsAfterFinished }}
template:
  metadata:
    labels:
      {{- include "tcp-echo.clientLabels" (dict "root" $ "component" "load") | nindent 6 }}
  spec:
    {{- include "tcp-echo.clientPod" (dict "root" $ "containers" $containers "resources" .resources "volumes" .extraVolumes "mounts" .extraVolumeMounts "restartPolicy" "Never" "spread" "load") | nindent 4 }}
{{- end -}}
{{- end -}}

{{/*
The name of the Job. The pods of a Job cannot be changed, so that each specification has a name of its own. It leaves room
for the index, of which the host name of a pod is made.
*/}}
{{- define "tcp-echo.loadName" -}}
{{- $content := printf "%v\n%s" .Values.load.run (include "tcp-echo.loadSpec" .) -}}
{{- printf "%s-load-%s" (include "tcp-echo.fullname" . | trunc 44 | trimSuffix "-") (sha256sum $content | trunc 8) -}}
{{- end -}}
