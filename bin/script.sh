# shellcheck shell=bash
# Functions that the scripts of this repository share. It is sourced, not run.

script=$(realpath "$0")

# Print the comment at the head of the script, which is its help.
usage() {
  sed -n '2,/^[^#]/{s/^#$//p;s/^# //p}' "$script"
}

# Print the help and end, if it is asked for.
help_if_asked() {
  local argument
  for argument in "$@"; do
    case $argument in
      --help | -h)
        usage
        exit 0
        ;;
    esac
  done
}

# End with a message and exit code 1.
die() {
  echo "$(basename "$script"): $*" >&2
  exit 1
}

# End with a message, a pointer to the help and exit code 2: the arguments are wrong.
refuse() {
  echo "$(basename "$script"): $*" >&2
  echo "$(basename "$script") --help shows how to call it." >&2
  exit 2
}

# The name of the file that marks a directory as made by a script of this repository, which may therefore replace it.
mark=.made-by-tcp-echo

# End unless a directory may be made or replaced: it does not exist, is empty, or holds the mark and no name but those
# that follow.
require_replaceable() {
  local directory=$1 entry name known
  shift
  if [ ! -e "$directory" ]; then
    return
  fi
  [ -d "$directory" ] || refuse "$directory is not a directory"
  while IFS= read -r -d '' entry; do
    [ -e "$directory/$mark" ] || refuse "$directory holds $entry, which this script did not make: name a directory that is new or empty"
    known=no
    for name in "$mark" "$@"; do
      [ "$entry" != "$name" ] || known=yes
    done
    [ $known = yes ] || refuse "$directory holds $entry, which this script did not make: move it away first"
  done < <(find "$directory" -mindepth 1 -maxdepth 1 -printf '%f\0')
}

# Succeed if a text is the first of two ports in a row.
is_port_pair() {
  [[ $1 =~ ^[1-9][0-9]{0,4}$ ]] && [ "$1" -le 65534 ]
}
