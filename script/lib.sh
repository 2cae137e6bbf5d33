# Sourced by other scripts, which set `here` to this folder: finds a Python that can make the environment, and hands
# over to bootstrap.py.

bootstrap() {
    old=""
    without_venv=""
    for python in python3 python3.14 python3.13 python3.12 python3.11; do
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
        if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            old=${old:-$version}
        elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
            without_venv=${without_venv:-$version}
        else
            exec "$python" "$here/bootstrap.py" "$@"
        fi
    done
    if [ -n "$without_venv" ]; then
        echo "Python $without_venv is here without its venv module. Install the package python$without_venv-venv" \
            "(Debian and Ubuntu: apt-get install python$without_venv-venv) and try again." >&2
    else
        echo "Readout needs Python 3.11 or newer; ${old:+this machine has $old and }none was found." \
            "Install the packages python3.11 and python3.11-venv, or newer ones (Debian and Ubuntu:" \
            "apt-get install python3 python3-venv; Fedora: dnf install python3; Mac: brew install python)." >&2
    fi
    exit 1
}
