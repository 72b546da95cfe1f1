"""Entry points beside the web: processes, queue jobs, schedules and the parts that `make run` starts."""
