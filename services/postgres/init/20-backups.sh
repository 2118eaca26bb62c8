#!/bin/sh
# Runs once, on an empty volume. Development has no such password, and no backups.
if [ -n "${REPLICATION_PASSWORD:-}" ]; then allow-backups; fi
