const metricsExample = `# HELP docker_host_up Whether the last poll reached the Docker Engine
# TYPE docker_host_up gauge
docker_host_up{docker_host="atlas"} 1
# HELP docker_container_cpu_usage_seconds_total CPU time used since the container started
# TYPE docker_container_cpu_usage_seconds_total counter
docker_container_cpu_usage_seconds_total{docker_host="atlas",name="web"} 3.195411572
`

const text = { schema: { type: 'string', examples: [metricsExample] } } as const

export const expositionContent = {
  'text/plain; version=0.0.4': text,
  'application/openmetrics-text; version=1.0.0': text
} as const
