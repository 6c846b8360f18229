"""The application around the library: command line, Prefect flows, schedules."""

from flows.environment import prepare

prepare()
