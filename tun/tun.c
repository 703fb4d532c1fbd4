// SPDX-License-Identifier: MIT
#include "tun/tun.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <unistd.h>

int
tun_open (void)
{
  return open (TUN_PATH, O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

bool
tun_create (int tun, const char *name)
{
  struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };

  g_assert (strlen (name) <= TUN_NAME_MAX);
  g_strlcpy (request.ifr_name, name, sizeof request.ifr_name);
  return ioctl (tun, TUNSETIFF, &request) == 0;
}

ssize_t
tun_read (int tun, uint8_t *buffer, size_t size)
{
  ssize_t length;

  do
    length = read (tun, buffer, size);
  while (length < 0 && errno == EINTR);
  if (length < 0 && errno == EAGAIN)
    return 0;
  return length;
}

bool
tun_write (int tun, const uint8_t *packet, size_t length)
{
  ssize_t written;

  do
    written = write (tun, packet, length);
  while (written < 0 && errno == EINTR);
  return written >= 0;
}
