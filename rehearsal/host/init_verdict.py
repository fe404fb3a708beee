"""The exit statuses by which PID 1 says what shall follow."""

POWER_OFF, NO_BOOT, REBOOT = 0, 1, 64
