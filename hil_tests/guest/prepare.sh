#!/bin/sh
# Before our services start: a GPIO chip of 28 lines, as on the boards, and a description of such a board.
set -e
mountpoint -q /sys/kernel/config || mount -t configfs configfs /sys/kernel/config
chip=/sys/kernel/config/gpio-sim/board
mkdir -p $chip/bank0
echo 28 >$chip/bank0/num_lines
echo pinctrl-bench >$chip/bank0/label
echo 1 >$chip/live
mkdir -p /bench
mount --bind /etc/stillpoint/board-cpuinfo /proc/cpuinfo
