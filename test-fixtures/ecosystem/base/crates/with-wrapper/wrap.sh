#!/bin/sh
exec "$@" --cfg large
