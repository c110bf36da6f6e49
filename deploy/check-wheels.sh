#!/bin/sh
# Whether every locked package has a wheel for both architectures of the image; asks the package index, installs nothing.
# jieba is left out: it is pure Python and comes as source alone.
# sh deploy/check-wheels.sh [PYTHON]
set -u
python="${1:-.venv/bin/python}" failed=0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for arch in x86_64 aarch64; do
  for version in 3.11 3.13; do
    for lock in requirements requirements-report requirements-mcp requirements-replica; do
      grep -v '^jieba==' "deploy/$lock.lock" >"$folder/lock"
      if "$python" -m pip install -q --dry-run --ignore-installed --target "$folder/none" --no-deps \
        --only-binary :all: --implementation cp --python-version "$version" \
        --platform "manylinux_2_34_$arch" --platform "manylinux_2_28_$arch" --platform "manylinux_2_17_$arch" \
        --platform "manylinux2014_$arch" -r "$folder/lock"; then
        echo "ok      $arch, Python $version, $lock.lock"
      else
        echo "MISSING $arch, Python $version, $lock.lock"
        failed=1
      fi
    done
  done
done
exit "$failed"
