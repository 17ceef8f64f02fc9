#!/bin/sh
# Runs the Semgrep on PATH with the recommended rules of the checkout that pre-commit made.
# Arguments: files, after any options of Semgrep's from `args`.
set -eu
rules="$(dirname "$0")/../presets/recommended.json"
if ! command -v semgrep >/dev/null; then
  echo "orchestrator-semgrep: there is no semgrep on PATH; \"pipx install semgrep\" brings one." >&2
  exit 2
fi
export SEMGREP_ENABLE_VERSION_CHECK=0
exec semgrep scan --quiet --metrics=off --error --skip-unknown-extensions --config "$rules" "$@"
