#!/bin/sh
# Prints a Python of the wanted version: one on the PATH, one of pyenv, or one that uv fetches.
set -u
uv=$1
version=$2
"$uv" python find --system --no-python-downloads "$version" 2>/dev/null && exit
for python in "$HOME"/.pyenv/versions/"$version"*/bin/python; do
	if [ -x "$python" ]; then
		echo "$python"
		exit
	fi
done
if "$uv" python install --quiet "$version" 2>/dev/null; then
	exec "$uv" python find --system "$version"
fi
echo "Cliphook needs Python $version: install it (for example 'pyenv install $version') and try again." >&2
exit 1
