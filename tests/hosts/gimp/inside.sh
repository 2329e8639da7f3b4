#!/bin/sh
# inside.sh SCRIPT [PICTURE]: runs in the root with the stage at /t. Without a picture SCRIPT runs inside GIMP, without a
# screen; with one GIMP opens the picture in a window and SCRIPT runs beside it, driving it by its accessible widgets.
export GIMP3_DIRECTORY=/t/profile HOME=/t/home LANG=C.UTF-8 SEMANTIC_UPSCALE_HOME=/t/engine-home
mkdir -p "$HOME" "$GIMP3_DIRECTORY"
version=$(gimp-console --version | sed 's/.* //')
printf '(config-version "%s")\n(show-welcome-dialog no)\n(check-updates no)\n(save-session-info no)\n' "$version" \
    >"$GIMP3_DIRECTORY/gimprc"
if [ -z "$2" ]; then
    export PATH="/t/poor:$PATH"
    exec timeout 900 gimp-console -i -d -f --batch-interpreter=python-fu-eval \
        -b "import sys; sys.path[:0] = ['/t/tests', '/t/profile/plug-ins/semantic-upscale']; exec(compile(open('$1').read(), '$1', 'exec'))" --quit
fi
unset DISPLAY WAYLAND_DISPLAY
mkfifo /t/display.$$
Xvfb -displayfd 3 -screen 0 1280x900x24 -nolisten tcp 3>/t/display.$$ >/t/xvfb.log 2>&1 &
xvfb=$!
read -r number </t/display.$$
export DISPLAY=:$number NO_AT_BRIDGE=0 SCRIPT=$1 PICTURE=$2
openbox >/dev/null 2>&1 &
manager=$!
dbus-run-session -- sh -c '
    /usr/libexec/at-spi-bus-launcher --launch-immediately >/dev/null 2>&1 &
    bus=$!
    GTK_MODULES=gail:atk-bridge gimp -n --no-splash "$PICTURE" >/t/gimp.log 2>&1 &
    gimp=$!
    timeout 900 python3 -u "$SCRIPT"
    code=$?
    kill $gimp $bus
    exit $code'
code=$?
kill $manager $xvfb
exit $code
