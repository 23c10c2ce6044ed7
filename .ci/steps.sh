# Runs named steps one after another, times them, stops at the first that fails and closes with a table. Sourced.

step_lines=()
steps_passed=0
steps_failed=0
steps_skipped=0

# step NAME COMMAND... : the command's exit code 77 means "skipped, and it said why".
step() {
  local name="$1" started=$SECONDS result=0 word
  shift
  printf '\n=== %s\n' "$name"
  # In a subshell with -e of its own: "set -e" is off inside anything that is tested, so the code is fetched by wait.
  (
    set -euo pipefail
    "$@"
  ) &
  step_pid=$!
  wait "$step_pid" || result=$?
  step_pid=""
  case "$result" in
    0)
      word=passed
      steps_passed=$((steps_passed + 1))
      ;;
    77)
      word=skipped
      steps_skipped=$((steps_skipped + 1))
      ;;
    *)
      word=FAILED
      steps_failed=$((steps_failed + 1))
      ;;
  esac
  step_lines+=("$(printf '%5d s  %-8s %s' "$((SECONDS - started))" "$word" "$name")")
  if [ "$word" = FAILED ]; then
    exit 1
  fi
}

# side_by_side COMMAND... : runs commands at the same time, each one given as one argument. What they say comes as they say it, each
# line with its command's number before it; what a command that failed said follows once more in one piece, and so do we fail.
side_by_side() {
  local folder command result=0 number=0 pids=()
  folder="$(mktemp -d)"
  for command in "$@"; do
    number=$((number + 1))
    printf '%s| %s\n' "$number" "$command"
    # In a pipe, -e holds inside the first part as it does outside of one.
    (
      set -o pipefail
      (
        set -euo pipefail
        # shellcheck disable=SC2086
        $command
      ) 2>&1 | tee "$folder/$number" | sed -u "s/^/$number| /"
    ) &
    pids+=($!)
  done
  for number in "${!pids[@]}"; do
    if ! wait "${pids[$number]}"; then
      result=1
      number=$((number + 1))
      printf '\n--- all that %s said:\n' "$number"
      cat "$folder/$number"
    fi
  done
  rm -rf "$folder"
  return "$result"
}

close_steps() {
  local code=$? line
  trap - EXIT
  printf '\n'
  for line in "${step_lines[@]}"; do
    printf '%s\n' "$line"
  done
  printf '%5d s  in all\n' "$SECONDS"
  # A script that ends without having failed a step, but not well either, must not look fine.
  if [ "$code" != 0 ] && [ "$steps_failed" = 0 ]; then
    steps_failed=1
  fi
  if [ "$steps_skipped" -gt 0 ]; then
    printf '%d passed, %d failed, %d skipped\n' "$steps_passed" "$steps_failed" "$steps_skipped"
  else
    printf '%d passed, %d failed\n' "$steps_passed" "$steps_failed"
  fi
  exit "$code"
}

# Passes a signal on to the running step and closes with the table.
stop_steps() {
  if [ -n "${step_pid:-}" ]; then
    kill_tree "$step_pid"
    wait "$step_pid" 2>/dev/null || true
  fi
  exit "$1"
}

kill_tree() {
  local child
  for child in $(ps -o pid= --ppid "$1" 2>/dev/null); do
    # with-services.sh and with-linli.sh clean up after themselves when asked, and get the time for it.
    case "$(ps -o args= -p "$child" 2>/dev/null)" in
      *.ci/with-*)
        kill -TERM "$child" 2>/dev/null || true
        timeout 30 tail --pid="$child" -f /dev/null || true
        ;;
      *) kill_tree "$child" ;;
    esac
  done
  kill -TERM "$1" 2>/dev/null || true
}

step_pid=""
trap close_steps EXIT
trap 'stop_steps 130' INT
trap 'stop_steps 143' TERM
